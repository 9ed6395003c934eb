import { type Reference, type TelemetryWindow, WindowBuilder } from '@edgeloop/protocol';
import type { DriftCheckRecord, DriftLevel } from '../store/alert-store.ts';
import type { StoredWindow } from '../store/telemetry-store.ts';

/** Two features over three bins and three levels, two classes. */
export const REFERENCE: Reference = {
  features: [
    {
      ...{ name: 'temperature', kind: 'number', edges: [10, 20], levels: [], bins: [1_000, 8_000, 1_000], missing: 0 },
      ...{ min: 0, max: 30, mean: 15, m2: 1_000 },
    },
    {
      ...{ name: 'state', kind: 'category', edges: [], levels: ['idle', 'busy'], bins: [5_000, 5_000, 0], missing: 0 },
      ...{ min: 0, max: 0, mean: 0, m2: 0 },
    },
  ],
  predictedClasses: [5_000, 5_000],
  confidenceBins: [0, 0, 0, 0, 10_000],
  accuracy: 0.9,
  calibrationConfidence: [0, 1],
  calibrationAccuracy: [0, 1],
};

export interface Weather {
  /** Added to every temperature. */
  readonly shift?: number;
  readonly readings?: number;
  readonly atMs?: number;
  /** Share of readings whose temperature is missing. */
  readonly missingShare?: number;
  readonly isLabelled?: boolean;
}

/** A window in exactly the proportions of the reference, unless the weather says otherwise. */
export function weatherWindow(deviceId: string, sequence: number, weather: Weather = {}): StoredWindow {
  const { shift = 0, readings = 100, atMs = 0, missingShare = 0, isLabelled = true } = weather;
  const subject = { slot: 'default', model: 'm', version: 1, releaseDigest: new Uint8Array(32).fill(1) };
  const builder = new WindowBuilder({ ...subject, reference: REFERENCE, classes: ['ok', 'broken'] });
  for (let i = 0; i < readings; i++) {
    const share = (i % 10) / 10;
    const temperature = (share < 0.1 ? 5 : share < 0.9 ? 15 : 25) + shift;
    const isMissing = (i % 100) / 100 < missingShare;
    builder.addReading({ temperature: isMissing ? null : temperature, state: i % 2 === 0 ? 'idle' : 'busy' });
    const label = i % 10 === 0 ? { labelIndex: (i + 1) % 2 } : { labelIndex: i % 2 };
    const outcome = { classIndex: i % 2, confidence: 0.9, probabilities: [0.9, 0.1], latencyMs: 1 };
    builder.addPrediction({ ...outcome, ...(isLabelled ? label : {}) });
  }
  const window: TelemetryWindow = {
    ...builder.close(atMs, atMs),
    firstSequence: sequence,
    lastSequence: sequence,
  };
  return { deviceId, bootId: 'boot', receivedMs: atMs, window };
}

/** The same features of a model that tells numbers. */
export const NUMBER_REFERENCE: Reference = {
  features: REFERENCE.features,
  ...{ predictedClasses: [], confidenceBins: [], accuracy: 0, calibrationConfidence: [], calibrationAccuracy: [] },
};

/** A window of such a model, with these states in turn. */
export function numberWindow(deviceId: string, readings: number, states: readonly string[]): StoredWindow {
  const subject = { slot: 'default', model: 'm', version: 1, releaseDigest: new Uint8Array(32).fill(1) };
  const builder = new WindowBuilder({ ...subject, reference: NUMBER_REFERENCE, classes: [] });
  for (let i = 0; i < readings; i++) {
    const temperature = i % 10 === 0 ? 5 : i % 10 < 9 ? 15 : 25;
    builder.addReading({ temperature, state: states[i % states.length] });
    // A device that knows the true number says so; it is none of any classes.
    builder.addPrediction({ latencyMs: 1, labelIndex: -1 });
  }
  return {
    ...{ deviceId, bootId: 'boot', receivedMs: 0 },
    window: { ...builder.close(0, 0), firstSequence: 1, lastSequence: 1 },
  };
}

/** A check as it stands in the store. */
export function driftCheck(atMs: number, level: DriftLevel, changed: Partial<DriftCheckRecord> = {}): DriftCheckRecord {
  return {
    ...{ model: 'm', version: 1, atMs, level, windows: 3, readings: 300, predictionPsi: 0.01 },
    features: [
      { name: 'temperature', psi: level === 'drift' ? 1.234 : 0.01, level },
      { name: 'state', psi: 0.01, level: 'none' },
    ],
    ...{ trueAccuracy: null, estimatedAccuracy: 0.71, deviceIds: level === 'drift' ? ['line-1', 'line-2'] : [] },
    ...changed,
  };
}
