import type { ModelView } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { modelsQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { useSession } from '../session/session-context.ts';
import { AlertsPanel } from './alerts-panel.tsx';
import { CHART_SPANS, type ChartSpan, DEFAULT_SPAN } from './chart-span.ts';
import { DriftChecksPanel, DriftPanel } from './drift-panel.tsx';
import { RetrainingsPanel } from './retrainings-panel.tsx';
import { TelemetryCharts } from './telemetry-charts.tsx';

/** How the models do on the devices, and what the hub makes of it. */
export function MonitoringPage() {
  const { hub } = useSession();
  const { model: asked, span = DEFAULT_SPAN } = useSearch({ from: '/monitoring' });
  const query = useQuery(modelsQuery(hub));
  const model = asked ?? query.data?.[0]?.name;
  return (
    <>
      <PageHead title="Monitoring">
        <Choices models={query.data?.map(({ name }) => name) ?? []} model={model} span={span} />
      </PageHead>
      <Answer query={query} what="its models">
        {() =>
          model === undefined ? (
            <EmptyNotice command="edgeloop train MODEL --dataset DATA --wait">
              There is no model to monitor yet. Train one, then roll it out:
            </EmptyNotice>
          ) : (
            <>
              <TelemetryCharts model={model} span={span} isOfNumbers={isOfNumbers(query.data, model)} />
              <div className="columns">
                <DriftPanel model={model} />
                <AlertsPanel model={model} />
              </div>
              <RetrainingsPanel model={model} />
              <DriftChecksPanel model={model} />
            </>
          )
        }
      </Answer>
    </>
  );
}

function isOfNumbers(models: readonly ModelView[] | undefined, name: string): boolean {
  return models?.find((model) => model.name === name)?.task === 'regression';
}

function Choices({ models, model, span }: { models: readonly string[]; model: string | undefined; span: ChartSpan }) {
  const navigate = useNavigate({ from: '/monitoring' });
  function choose(change: { model?: string; span?: ChartSpan }) {
    const search = { ...(model === undefined ? {} : { model }), span, ...change };
    // Where one was before is a click away all the same; the history stays short.
    navigate({ search, replace: true }).catch(() => undefined);
  }
  return (
    <>
      {models.length > 1 ? (
        <label className="choice">
          Model{' '}
          <select value={model} onChange={(event) => choose({ model: event.target.value })}>
            {models.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      ) : null}
      <fieldset className="segments">
        <legend className="sr-only">Time shown</legend>
        {(Object.keys(CHART_SPANS) as ChartSpan[]).map((name) => (
          <button key={name} type="button" aria-pressed={name === span} onClick={() => choose({ span: name })}>
            {name}
          </button>
        ))}
      </fieldset>
    </>
  );
}
