import type { TelemetryPoint } from '../api/queries.ts';
import { groupBy } from './group-by.ts';
import { type MergedFigures, mergeFigures } from './merged-figures.ts';

/** Lines of one chart over the same times. */
export interface ChartLines {
  /** Ascending, in seconds since 1970; middle of each bucket. */
  readonly timesSec: readonly number[];
  readonly lines: readonly ChartLine[];
}

export interface ChartLine {
  readonly name: string;
  /** 'total' lines are drawn strongest, 'estimate' dashed, 'device' thin. */
  readonly kind: 'total' | 'estimate' | 'device';
  /** One value per time, null where nothing came in. */
  readonly values: readonly (number | null)[];
}

/** More lines than these nobody can tell apart. */
export const MOST_DEVICE_LINES = 8;
const ALL = 'all devices';

interface Bucket {
  readonly startMs: number;
  readonly points: readonly TelemetryPoint[];
}

/** Points gathered by equal steps of time, oldest first; steps in which nothing came stay out. */
function bucketsOf(points: readonly TelemetryPoint[], bucketMs: number): readonly Bucket[] {
  const groups = groupBy(points, ({ fromMs }) => Math.floor(fromMs / bucketMs) * bucketMs);
  return [...groups].map(([startMs, own]) => ({ startMs, points: own })).sort((a, b) => a.startMs - b.startMs);
}

function chartOf(buckets: readonly Bucket[], bucketMs: number, lines: readonly ChartLine[]): ChartLines {
  return { timesSec: buckets.map(({ startMs }) => (startMs + bucketMs / 2) / 1000), lines };
}

/** True and estimated accuracy of all devices together, and the true one of each (the estimate where labels lack). */
export function accuracyLines(points: readonly TelemetryPoint[], bucketMs: number): ChartLines {
  const buckets = bucketsOf(points, bucketMs);
  const merged = buckets.map((bucket) => mergeFigures(bucket.points));
  return chartOf(buckets, bucketMs, [
    { name: `${ALL}, true`, kind: 'total', values: merged.map((figures) => figures.trueAccuracy) },
    { name: `${ALL}, estimated`, kind: 'estimate', values: merged.map((figures) => figures.estimatedAccuracy) },
    ...deviceLines(buckets, (figures) => figures.trueAccuracy ?? figures.estimatedAccuracy),
  ]);
}

/** Typical median and slowest 95th percentile of all devices, and the 95th percentile of each. */
export function latencyLines(points: readonly TelemetryPoint[], bucketMs: number): ChartLines {
  const buckets = bucketsOf(points, bucketMs);
  const merged = buckets.map((bucket) => mergeFigures(bucket.points));
  return chartOf(buckets, bucketMs, [
    { name: 'slowest p95', kind: 'total', values: merged.map((figures) => figures.worstP95Ms) },
    { name: 'typical p50', kind: 'estimate', values: merged.map((figures) => figures.typicalP50Ms) },
    ...deviceLines(buckets, (figures) => figures.worstP95Ms, ' p95'),
  ]);
}

/** Readings a second, of all devices and of each. The step that is still filling stays out. */
export function rateLines(points: readonly TelemetryPoint[], bucketMs: number, nowMs: number): ChartLines {
  const buckets = bucketsOf(points, bucketMs).filter(({ startMs }) => startMs + bucketMs <= nowMs);
  const rate = (figures: MergedFigures) => figures.readings / (bucketMs / 1000);
  return chartOf(buckets, bucketMs, [
    { name: ALL, kind: 'total', values: buckets.map((bucket) => rate(mergeFigures(bucket.points))) },
    ...deviceLines(buckets, rate),
  ]);
}

function deviceLines(
  buckets: readonly Bucket[],
  figure: (figures: MergedFigures) => number | null,
  suffix = '',
): ChartLine[] {
  const ids = [...new Set(buckets.flatMap(({ points }) => points.map(({ deviceId }) => deviceId)))].sort();
  // One device is the total; more than a handful only hide it.
  if (ids.length < 2 || ids.length > MOST_DEVICE_LINES) return [];
  return ids.map((id) => ({
    name: id + suffix,
    kind: 'device',
    values: buckets.map(({ points }) => {
      const own = points.filter(({ deviceId }) => deviceId === id);
      return own.length === 0 ? null : figure(mergeFigures(own));
    }),
  }));
}

/** When each version after the first was first seen, as marks on a chart. */
export function versionMarks(points: readonly TelemetryPoint[]): readonly { atMs: number; label: string }[] {
  const firstSeen = new Map<number, number>();
  for (const { version, fromMs } of points) {
    firstSeen.set(version, Math.min(fromMs, firstSeen.get(version) ?? Number.POSITIVE_INFINITY));
  }
  const marks = [...firstSeen].map(([version, atMs]) => ({ atMs, label: `v${version}` }));
  return marks.sort((a, b) => a.atMs - b.atMs).slice(1);
}
