import type { TelemetryPoint, TelemetryStep } from '../api/queries.ts';

/** How far back charts look, and how finely at the least. */
export const CHART_SPANS = {
  '15 min': { spanMs: 900_000, step: 'raw', bucketMs: 10_000 },
  '1 h': { spanMs: 3_600_000, step: 'minute', bucketMs: 60_000 },
  '24 h': { spanMs: 86_400_000, step: 'minute', bucketMs: 300_000 },
  '7 d': { spanMs: 604_800_000, step: 'hour', bucketMs: 3_600_000 },
} as const satisfies Record<string, { spanMs: number; step: TelemetryStep; bucketMs: number }>;

export type ChartSpan = keyof typeof CHART_SPANS;
export const DEFAULT_SPAN: ChartSpan = '15 min';

const FINE_BUCKETS_MS = [1_000, 2_000, 5_000] as const;
/** More points than these no screen shows apart. */
const MOST_BUCKETS = 120;

/**
 * Step of a chart: finer than the span's where the points cover only part of it, as on a young hub.
 *
 * @param windowsPerBucket how many of a device's windows a step should hold; rates need several to be steady
 */
export function bucketMsFor(points: readonly TelemetryPoint[], span: ChartSpan, windowsPerBucket: number): number {
  const { bucketMs } = CHART_SPANS[span];
  const lengths = points.map(({ fromMs, toMs }) => toMs - fromMs).sort((a, b) => a - b);
  const windowMs = lengths[Math.floor(lengths.length / 2)];
  if (windowMs === undefined) return bucketMs;
  const fromMs = points.reduce((least, point) => Math.min(least, point.fromMs), Number.POSITIVE_INFINITY);
  const toMs = points.reduce((most, point) => Math.max(most, point.toMs), 0);
  const leastMs = Math.max(windowMs * windowsPerBucket, (toMs - fromMs) / MOST_BUCKETS);
  return FINE_BUCKETS_MS.find((ms) => ms >= leastMs && ms < bucketMs) ?? bucketMs;
}

export function isChartSpan(text: unknown): text is ChartSpan {
  return typeof text === 'string' && Object.hasOwn(CHART_SPANS, text);
}
