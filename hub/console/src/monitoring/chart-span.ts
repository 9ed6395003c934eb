import type { TelemetryStep } from '../api/queries.ts';

/** How far back charts look, and how finely. */
export const CHART_SPANS = {
  '15 min': { spanMs: 900_000, step: 'raw', bucketMs: 10_000 },
  '1 h': { spanMs: 3_600_000, step: 'minute', bucketMs: 60_000 },
  '24 h': { spanMs: 86_400_000, step: 'minute', bucketMs: 300_000 },
  '7 d': { spanMs: 604_800_000, step: 'hour', bucketMs: 3_600_000 },
} as const satisfies Record<string, { spanMs: number; step: TelemetryStep; bucketMs: number }>;

export type ChartSpan = keyof typeof CHART_SPANS;
export const DEFAULT_SPAN: ChartSpan = '15 min';

export function isChartSpan(text: unknown): text is ChartSpan {
  return typeof text === 'string' && Object.hasOwn(CHART_SPANS, text);
}
