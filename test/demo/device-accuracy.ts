import type { HubClient } from '../rig/hub-client.ts';
import { DEMO_MODEL } from './demo-context.ts';

interface Series {
  readonly deviceId: string;
  readonly version: number;
  readonly readings: number;
  readonly labelled: number;
  readonly correct: number;
  readonly windows: number;
}

export interface DeviceAccuracy {
  readonly accuracy: number;
  readonly readings: number;
  readonly windows: number;
  readonly devices: number;
}

/** True accuracy on the devices from the windows stored since a time; undefined before enough readings are in. */
export async function accuracySince(
  client: HubClient,
  filter: { sinceMs: number; version: number; minReadings: number; devices: number },
): Promise<DeviceAccuracy | undefined> {
  const query = new URLSearchParams({
    model: DEMO_MODEL,
    version: String(filter.version),
    from: String(filter.sinceMs),
    step: 'raw',
  });
  const { series } = await client.get<{ series: Series[] }>(`/telemetry?${query}`);
  const sum = (pick: (entry: Series) => number): number => series.reduce((total, entry) => total + pick(entry), 0);
  const labelled = sum((entry) => entry.labelled);
  const devices = new Set(series.map((entry) => entry.deviceId)).size;
  if (labelled < filter.minReadings || devices < filter.devices) return undefined;
  return { accuracy: sum((entry) => entry.correct) / labelled, readings: labelled, windows: series.length, devices };
}
