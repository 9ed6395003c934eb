import type { TelemetryWindow } from '@edgeloop/protocol';
import type { TelemetryNotice } from './api/live-telemetry.ts';
import type { Received } from './ingest/channel.ts';

export type { TelemetryWindow } from '@edgeloop/protocol';

interface Sums {
  readings: number;
  labelled: number;
  correct: number;
  right: number;
  wrong: number;
}

/** One notice per device, model and version for windows that were stored together. */
export function mergeFrame(windows: readonly Received<TelemetryWindow>[], atMs: number): TelemetryNotice[] {
  const groups = new Map<string, { first: Received<TelemetryWindow>; sums: Sums }>();
  for (const received of windows) {
    const { deviceId, item } = received;
    const key = `${deviceId} ${item.model} ${item.version}`;
    const group = groups.get(key) ?? {
      first: received,
      sums: { readings: 0, labelled: 0, correct: 0, right: 0, wrong: 0 },
    };
    groups.set(key, group);
    addTo(group.sums, item);
  }
  return [...groups.values()].map(({ first, sums }) => ({
    deviceId: first.deviceId,
    model: first.item.model,
    version: first.item.version,
    readings: sums.readings,
    trueAccuracy: sums.labelled > 0 ? sums.correct / sums.labelled : null,
    estimatedAccuracy: sums.right + sums.wrong > 0 ? sums.right / (sums.right + sums.wrong) : null,
    atMs,
  }));
}

function addTo(sums: Sums, window: TelemetryWindow): void {
  sums.readings += window.readings;
  // Numbers are neither right nor wrong, whatever devices count.
  if (window.predictedClasses.length > 0) sums.labelled += window.labelled;
  sums.correct += window.correct;
  for (const { truePositive, falsePositive } of window.expectations) {
    sums.right += truePositive;
    sums.wrong += falsePositive;
  }
}
