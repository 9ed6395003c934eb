import type { TelemetryPoint } from '../api/queries.ts';

/** Figures of several points of telemetry together. */
export interface MergedFigures {
  readonly readings: number;
  readonly errors: number;
  readonly labelled: number;
  /** Of all labelled readings together; null without any. */
  readonly trueAccuracy: number | null;
  /** Weighed by predictions; null without any. */
  readonly estimatedAccuracy: number | null;
  /** The middle one of the points' medians: quantiles do not add up, so this is what a typical point saw. */
  readonly typicalP50Ms: number | null;
  /** The largest of the points' 95th percentiles. */
  readonly worstP95Ms: number | null;
}

export function mergeFigures(points: readonly TelemetryPoint[]): MergedFigures {
  const labelled = sum(points, (point) => point.labelled);
  const correct = sum(points, (point) => point.correct);
  const estimated = points.filter((point) => point.estimatedAccuracy !== null);
  const weight = sum(estimated, (point) => point.predictions);
  const p50s = points.flatMap(({ latencyP50Ms }) => latencyP50Ms ?? []).sort((a, b) => a - b);
  const p95s = points.flatMap(({ latencyP95Ms }) => latencyP95Ms ?? []);
  return {
    readings: sum(points, (point) => point.readings),
    errors: sum(points, (point) => point.errors),
    labelled,
    trueAccuracy: labelled > 0 ? correct / labelled : null,
    estimatedAccuracy:
      weight > 0 ? sum(estimated, (point) => (point.estimatedAccuracy ?? 0) * point.predictions) / weight : null,
    typicalP50Ms: p50s[Math.floor(p50s.length / 2)] ?? null,
    worstP95Ms: p95s.length > 0 ? Math.max(...p95s) : null,
  };
}

function sum(points: readonly TelemetryPoint[], figure: (point: TelemetryPoint) => number): number {
  return points.reduce((total, point) => total + figure(point), 0);
}
