import { Link } from '@tanstack/react-router';
import { ProblemNotice } from '../elements/problem-notice.tsx';
import { loopStages } from './loop-stages.ts';
import { useLoopFacts } from './use-loop-facts.ts';

/** The loop of one model: a stage beside the other, each with its live figure. */
export function LoopStrip({ model }: { model: string }) {
  const { facts, error } = useLoopFacts(model);
  return (
    <section className="panel" aria-labelledby={`loop-${model}`}>
      <div className="panel-head">
        <h2 id={`loop-${model}`}>
          <Link to="/models/$model" params={{ model }}>
            {model}
          </Link>
        </h2>
      </div>
      {error ? <ProblemNotice error={error} /> : null}
      <ol className="loop">
        {loopStages(facts).map(({ name, page, figure, note, tone }) => (
          <li key={name}>
            <Link to={page} {...(page === '/monitoring' ? { search: { model } } : {})} className={`stage tone-${tone}`}>
              <span className="stage-name">{name}</span>
              <span className="stage-figure">{figure}</span>
              <span className="stage-note">{note}</span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
