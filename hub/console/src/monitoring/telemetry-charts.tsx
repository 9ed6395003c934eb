import type { AlertRecord } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { alertsQuery, type TelemetryPoint, telemetryQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Figure } from '../elements/figure.tsx';
import { Panel } from '../elements/panel.tsx';
import { formatCount, formatLatency, formatPercent, formatRate } from '../format/numbers.ts';
import { useSession } from '../session/session-context.ts';
import { accuracyLines, latencyLines, rateLines, versionMarks } from './chart-lines.ts';
import type { ChartMark } from './chart-options.ts';
import { bucketMsFor, CHART_SPANS, type ChartSpan } from './chart-span.ts';
import { groupBy } from './group-by.ts';
import { latestPoints, readingsPerSecond } from './latest-figures.ts';
import { LineChart } from './line-chart.tsx';
import { mergeFigures } from './merged-figures.ts';

/** Fewer, and the windows that happen to fall into a step show instead of the rate. */
const WINDOWS_PER_RATE = 5;

/** Accuracy, readings and latency of a model on its devices, over time. */
export function TelemetryCharts({
  model,
  span,
  isOfNumbers,
}: {
  model: string;
  span: ChartSpan;
  /** Numbers are neither right nor wrong. */
  isOfNumbers: boolean;
}) {
  const { hub } = useSession();
  const { spanMs, step } = CHART_SPANS[span];
  const query = useQuery(telemetryQuery(hub, model, spanMs, step));
  const alerts = useQuery(alertsQuery(hub));
  const own = alerts.data?.filter((alert) => alert.model === model) ?? [];
  return (
    <Answer query={query} what={`the telemetry of ${model}`}>
      {({ points, toMs }) =>
        points.length === 0 ? (
          <EmptyNotice command={`edgeloop rollouts start ${model}@VERSION --wait`}>
            No device has sent telemetry of {model} in the last {span}. Choose a longer time, or roll a version out:
          </EmptyNotice>
        ) : (
          <Charts points={points} toMs={toMs} span={span} alerts={own} isOfNumbers={isOfNumbers} />
        )
      }
    </Answer>
  );
}

interface ChartsProps {
  readonly points: readonly TelemetryPoint[];
  readonly toMs: number;
  readonly span: ChartSpan;
  readonly alerts: readonly AlertRecord[];
  readonly isOfNumbers: boolean;
}

function Charts({ points, toMs, span, alerts, isOfNumbers }: ChartsProps) {
  const bucketMs = bucketMsFor(points, span, 1);
  const rateBucketMs = bucketMsFor(points, span, WINDOWS_PER_RATE);
  const accuracy = useMemo(() => accuracyLines(points, bucketMs), [points, bucketMs]);
  const latency = useMemo(() => latencyLines(points, bucketMs), [points, bucketMs]);
  const rate = useMemo(() => rateLines(points, rateBucketMs, toMs), [points, rateBucketMs, toMs]);
  const marks = [...versionMarks(points), ...alertMarks(alerts)];
  return (
    <>
      <LatestFigures points={points} isOfNumbers={isOfNumbers} />
      {isOfNumbers ? null : (
        <Panel title="Accuracy">
          <LineChart
            title="Share of right answers: true where labels are known, estimated from calibrated confidences"
            data={accuracy}
            x="time"
            format={formatPercent}
            range={{ max: 1 }}
            marks={marks}
          />
        </Panel>
      )}
      <div className="columns">
        <Panel title="Latency">
          <LineChart
            title="Inference on the device"
            data={latency}
            x="time"
            format={formatLatency}
            range={{ min: 0 }}
          />
        </Panel>
        <Panel title="Readings">
          <LineChart title="Readings a second" data={rate} x="time" format={formatRate} range={{ min: 0 }} />
        </Panel>
      </div>
    </>
  );
}

function alertMarks(alerts: readonly AlertRecord[]): ChartMark[] {
  return alerts.map(({ openedMs, kind }) => ({ atMs: openedMs, label: `${kind} alert`, tone: 'bad' }));
}

function LatestFigures({ points, isOfNumbers }: Pick<ChartsProps, 'points' | 'isOfNumbers'>) {
  const latest = [...groupBy(points, ({ deviceId }) => deviceId).values()].flatMap(latestPoints);
  const figures = mergeFigures(latest);
  return (
    <div className="figures">
      {isOfNumbers ? null : (
        <>
          <Figure
            name="True accuracy"
            value={formatPercent(figures.trueAccuracy)}
            note={`${formatCount(figures.labelled)} labelled in the last minute`}
          />
          <Figure
            name="Estimated accuracy"
            value={formatPercent(figures.estimatedAccuracy)}
            note="from calibrated confidences"
          />
        </>
      )}
      <Figure
        name="Readings"
        value={formatRate(readingsPerSecond(latest))}
        note={`${formatCount(figures.errors)} errors in the last minute`}
      />
      <Figure
        name="Typical p50"
        value={formatLatency(figures.typicalP50Ms)}
        note={`slowest p95 ${formatLatency(figures.worstP95Ms)}`}
      />
    </div>
  );
}
