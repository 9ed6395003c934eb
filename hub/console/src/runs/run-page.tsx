import type { RunView } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { runMetricsQuery, runQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { Facts } from '../elements/facts.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { Panel } from '../elements/panel.tsx';
import { ProblemText } from '../elements/problem-text.tsx';
import { stateWord, versionName } from '../format/names.ts';
import { formatCount, formatPercent, formatScore } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { LineChart } from '../monitoring/line-chart.tsx';
import { useSession } from '../session/session-context.ts';
import { RecipeFacts } from './recipe-facts.tsx';
import { RunActions } from './run-actions.tsx';
import { qualityCurve, RUN_TONES, type RunStep, runSteps, type TrainingFigures, trainingFigures } from './run-words.ts';

/** One training run: its steps, its figures, what it was made of. */
export function RunPage() {
  const { run: id } = useParams({ from: '/runs/$run' });
  const { hub } = useSession();
  const query = useQuery(runQuery(hub, id));
  return (
    <>
      <PageHead title={`Run ${id}`} trail={<Link to="/runs">Runs</Link>}>
        {query.data ? <RunActions run={query.data} /> : null}
      </PageHead>
      <Answer query={query} what={`the run ${id}`}>
        {(run) => <RunParts run={run} />}
      </Answer>
    </>
  );
}

function RunParts({ run }: { run: RunView }) {
  const figures = trainingFigures(run.results.train);
  return (
    <>
      <Panel title="Steps" actions={<Badge tone={RUN_TONES[run.state]}>{stateWord(run.state)}</Badge>}>
        <ol className="steps">
          {runSteps(run).map((step) => (
            <Step key={step.name} step={step} />
          ))}
        </ol>
        {run.progress ? <Progress progress={run.progress} /> : null}
        {run.error ? <ProblemText problem={run.error} /> : null}
      </Panel>
      <div className="columns">
        <Panel title="Made of">
          <Facts
            facts={{
              Model: (
                <Link to="/models/$model" params={{ model: run.model }}>
                  {run.model}
                </Link>
              ),
              Data: versionName(run.dataset.name, run.dataset.version),
              'Judged on': run.heldOut
                ? versionName(run.heldOut.name, run.heldOut.version)
                : 'the test share of the data',
              Seed: String(run.seed),
              'Asked for by': run.cause.kind === 'retraining' ? `retraining ${run.cause.ref}` : run.cause.ref,
              Became:
                run.version === null ? null : (
                  <Link to="/models/$model/$version" params={{ model: run.model, version: String(run.version) }}>
                    {versionName(run.model, run.version)}
                  </Link>
                ),
              Started: formatDate(run.createdMs),
              Changed: formatDate(run.updatedMs),
            }}
          />
        </Panel>
        <Panel title="Recipe">
          <RecipeFacts recipe={run.recipe} />
        </Panel>
      </div>
      {figures ? <Training figures={figures} /> : <TrainingSoFar run={run} />}
    </>
  );
}

const STEP_TONES = {
  done: 'good',
  'in progress': 'busy',
  waiting: 'plain',
  ended: 'plain',
  'not reached': 'plain',
} as const;

function Step({ step: { name, standing, share } }: { step: RunStep }) {
  return (
    <li>
      <strong>{name}</strong> <Badge tone={STEP_TONES[standing]}>{standing}</Badge>
      {share === null ? null : (
        <>
          {' '}
          <progress value={share} max={1} aria-label={`Progress of ${name}`} /> {formatPercent(share)}
        </>
      )}
    </li>
  );
}

function Progress({ progress: { stage, figures } }: { progress: NonNullable<RunView['progress']> }) {
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${figureText(value)}`);
  return <p className="muted">{[stage, ...texts].join(' · ')}</p>;
}

function figureText(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatScore(value);
}

/** The curve of a training that is not done, or never will be. */
function TrainingSoFar({ run }: { run: RunView }) {
  const { hub } = useSession();
  const { data } = useQuery(runMetricsQuery(hub, run));
  const step = data?.steps.at(-1);
  if (!data || (data.epochs.length === 0 && !step)) return null;
  const { checkpoint } = run;
  const facts = {
    ...(step
      ? {
          Step: formatCount(step.step),
          Loss: formatScore(step.loss),
          'Learning rate': step.learningRate.toPrecision(3),
          'Rows per second': formatCount(Math.round(step.samplesPerSecond)),
        }
      : {}),
    ...(checkpoint ? { Checkpoint: `epoch ${checkpoint.epoch}, step ${formatCount(checkpoint.step)}` } : {}),
  };
  return <Training figures={{ curve: data.epochs, facts }} />;
}

function Training({ figures: { curve, facts } }: { figures: TrainingFigures }) {
  const data = useMemo(
    () => ({
      timesSec: curve.map(({ epoch }) => epoch),
      lines: [
        { name: 'validation', kind: 'total' as const, values: curve.map(({ validationLoss }) => validationLoss) },
        { name: 'training', kind: 'estimate' as const, values: curve.map(({ trainLoss }) => trainLoss) },
      ],
    }),
    [curve],
  );
  const quality = useMemo(() => qualityCurve(curve), [curve]);
  const qualityData = useMemo(
    () => ({
      timesSec: data.timesSec,
      lines: quality ? [{ name: 'validation', kind: 'total' as const, values: quality.values }] : [],
    }),
    [data, quality],
  );
  const texts = Object.entries(facts).map(([name, value]) => [
    name,
    typeof value === 'number' ? figureText(value) : value,
  ]);
  return (
    <Panel title="Training">
      {curve.length > 1 ? <LineChart title="Loss by epoch" data={data} x="number" format={formatScore} /> : null}
      {quality && curve.length > 1 ? (
        <LineChart
          title={quality.figure === 'r2' ? 'R² by epoch' : 'Accuracy by epoch'}
          data={qualityData}
          x="number"
          format={quality.figure === 'r2' ? formatScore : formatPercent}
        />
      ) : null}
      <Facts facts={Object.fromEntries(texts)} />
    </Panel>
  );
}
