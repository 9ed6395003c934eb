import type { TelemetryPoint } from '../api/queries.ts';
import { groupBy } from './group-by.ts';
import { type MergedFigures, mergeFigures } from './merged-figures.ts';

/** "At the moment" is the last minute of what came from a device, on the version it ran last. */
export const LATEST_MS = 60_000;
/** Devices send a window a minute or more often; one that is late still has figures. */
export const LATEST_SPAN_MS = 180_000;

/** What each device saw in the last minute that is known of it. */
export function latestFigures(points: readonly TelemetryPoint[]): ReadonlyMap<string, MergedFigures> {
  const figures = new Map<string, MergedFigures>();
  for (const [deviceId, own] of groupBy(points, (point) => point.deviceId)) {
    figures.set(deviceId, mergeFigures(latestPoints(own)));
  }
  return figures;
}

/** The points of the last minute before the newest one, of its version only. */
export function latestPoints(points: readonly TelemetryPoint[]): readonly TelemetryPoint[] {
  const newest = points.reduce<TelemetryPoint | undefined>(
    (best, point) => (best === undefined || point.toMs >= best.toMs ? point : best),
    undefined,
  );
  if (newest === undefined) return [];
  return points.filter(({ version, toMs }) => version === newest.version && toMs > newest.toMs - LATEST_MS);
}

/** Readings a second over the time the points cover; null without any. */
export function readingsPerSecond(points: readonly TelemetryPoint[]): number | null {
  let rate = 0;
  for (const own of groupBy(points, (point) => point.deviceId).values()) {
    const fromMs = Math.min(...own.map((point) => point.fromMs));
    const toMs = Math.max(...own.map((point) => point.toMs));
    const readings = own.reduce((total, point) => total + point.readings, 0);
    if (toMs > fromMs) rate += readings / ((toMs - fromMs) / 1000);
  }
  return points.length === 0 ? null : rate;
}
