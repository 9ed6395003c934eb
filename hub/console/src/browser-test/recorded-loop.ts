import type {
  AlertRecord,
  DriftCheckRecord,
  RetrainingRecord,
  RolloutDeviceRecord,
  RolloutDeviceState,
  RolloutRecord,
} from '@edgeloop/hub';
import { DEVICE_IDS } from './recorded-fleet.ts';

/** Newest first; drift in one sensor grows over the checks. */
export function recordedChecks(nowMs: number): DriftCheckRecord[] {
  return Array.from({ length: 16 }, (_, i) => {
    const psi = Math.max(0.02, 1.84 - i * 0.16);
    const level = psi >= 0.2 ? 'drift' : psi >= 0.1 ? 'possible' : 'none';
    return {
      model: 'shuttle',
      version: 1,
      atMs: nowMs - 12_000 - i * 30_000,
      level,
      windows: 9,
      readings: 4_500,
      features: [
        { name: 'V9', psi, level },
        { name: 'V7', psi: 0.13, level: 'possible' },
        ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V8'].map((name, place) => ({
          name,
          psi: 0.03 - place * 0.004,
          level: 'none' as const,
        })),
      ],
      predictionPsi: 0.41,
      trueAccuracy: 0.71 + i * 0.01,
      estimatedAccuracy: 0.78 + i * 0.01,
      deviceIds: [...DEVICE_IDS],
    };
  });
}

export function recordedAlerts(nowMs: number): AlertRecord[] {
  const [evidence] = recordedChecks(nowMs);
  if (!evidence) return [];
  return [
    {
      id: 'alr_1',
      model: 'shuttle',
      version: 1,
      kind: 'drift',
      state: 'open',
      message: '3 checks in a row found drift; V9 is furthest from the reference (PSI 1.84)',
      checks: 3,
      evidence,
      openedMs: nowMs - 400_000,
      resolvedMs: null,
      resolution: null,
    },
  ];
}

export function recordedRetrainings(nowMs: number): RetrainingRecord[] {
  const retraining = {
    id: 'ret_1',
    model: 'shuttle',
    alertId: 'alr_1',
    state: 'rolling-out',
    championVersion: 1,
    dataset: { name: 'shuttle-retraining', version: 1 },
    runId: 'run_2',
    comparisonJobId: 'job_9',
    challengerVersion: 2,
    verdict: {
      accepted: true,
      figure: 'accuracy',
      champion: 0.8312,
      challenger: 0.9894,
      rows: 5_120,
      reasons: ['the challenger is right on 842 rows where the champion is wrong, wrong on 32', 'McNemar p < 0.0001'],
    },
    rolloutId: 'rol_2',
    reason: null,
    createdMs: nowMs - 380_000,
    updatedMs: nowMs - 190_000,
  } as const;
  return [retraining as unknown as RetrainingRecord];
}

function rollout(id: string, nowMs: number, changes: Partial<RolloutRecord>): RolloutRecord {
  return {
    id,
    model: 'shuttle',
    version: 2,
    releaseDigest: 'c'.repeat(64),
    state: 'running',
    plan: {
      slot: 'default',
      labels: {},
      waves: [0.34, 1],
      gate: { minSuccessShare: 1, deviceTimeoutMs: 120_000, minInferences: 50, soakMs: 5_000, maxErrorShare: 0.05 },
      samples: { kind: 'random', share: 0.2, perHour: 20_000, omitFields: [] },
    },
    wave: 1,
    waveStartedMs: nowMs - 60_000,
    cause: { kind: 'retraining', ref: 'ret_1' },
    reason: null,
    createdMs: nowMs - 190_000,
    updatedMs: nowMs - 30_000,
    ...changes,
  };
}

export function recordedRollouts(nowMs: number): RolloutRecord[] {
  return [
    rollout('rol_2', nowMs, {}),
    rollout('rol_1', nowMs, {
      version: 1,
      state: 'done',
      cause: { kind: 'request', ref: 'administrator' },
      reason: 'all waves passed their gate',
      createdMs: nowMs - 790_000,
    }),
  ];
}

export function recordedRolloutDevices(nowMs: number): RolloutDeviceRecord[] {
  const states: readonly RolloutDeviceState[] = ['healthy', 'installing', 'failed'];
  return DEVICE_IDS.map((deviceId, index) => ({
    rolloutId: 'rol_2',
    deviceId,
    wave: index === 0 ? 0 : 1,
    state: states[index] ?? 'waiting',
    generation: 2,
    offeredMs: nowMs - (index === 0 ? 180_000 : 55_000),
    healthySinceMs: index === 0 ? nowMs - 170_000 : null,
    previous: { model: 'shuttle', version: 1, releaseDigest: 'c'.repeat(64) },
    problem: index === 2 ? { code: 'SELF_TEST_FAILED', message: 'largest deviation 0.31, tolerance 0.0001' } : null,
    updatedMs: nowMs - 30_000,
  }));
}
