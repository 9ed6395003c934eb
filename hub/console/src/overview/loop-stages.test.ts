import { describe, expect, test } from 'vitest';
import { recordedDevices, recordedTelemetry } from '../browser-test/recorded-fleet.ts';
import {
  recordedAlerts,
  recordedChecks,
  recordedRetrainings,
  recordedRollouts,
} from '../browser-test/recorded-loop.ts';
import { recordedRuns, recordedVersions } from '../browser-test/recorded-models.ts';
import { type LoopFacts, loopStages } from './loop-stages.ts';

const NOW_MS = 1_000_000_000;

const EMPTY: LoopFacts = {
  devices: [],
  points: [],
  storedWindows: undefined,
  checks: [],
  alerts: [],
  retrainings: [],
  runs: [],
  champion: undefined,
  rollouts: [],
};

const DRIFTING: LoopFacts = {
  devices: recordedDevices(NOW_MS),
  points: recordedTelemetry(NOW_MS, 180_000),
  storedWindows: 12_480,
  checks: recordedChecks(NOW_MS),
  alerts: recordedAlerts(NOW_MS),
  retrainings: recordedRetrainings(NOW_MS),
  runs: recordedRuns(NOW_MS),
  champion: recordedVersions(NOW_MS)[0],
  rollouts: recordedRollouts(NOW_MS),
};

function stage(facts: LoopFacts, name: string) {
  return loopStages(facts).find((one) => one.name === name);
}

describe('loopStages', () => {
  test('an empty hub alarms nobody', () => {
    expect(loopStages(EMPTY).map(({ tone }) => tone)).toEqual(Array(7).fill('plain'));
  });

  test('a loop in the middle of drift shows where it stands', () => {
    expect(loopStages(DRIFTING).map(({ name, figure, tone }) => [name, figure, tone])).toEqual([
      ['Devices', '2 / 3', 'warn'],
      ['Telemetry', '150/s', 'good'],
      ['Live accuracy', expect.stringMatching(/^8\d\.\d %$|^7\d\.\d %$/), 'plain'],
      ['Drift', '1 alert', 'bad'],
      ['Training', 'training', 'busy'],
      ['Champion', 'v1', 'good'],
      ['Rollout', 'running', 'busy'],
    ]);
  });

  test('without an alert the newest check speaks', () => {
    const checks = recordedChecks(NOW_MS).slice(-1);
    expect(stage({ ...DRIFTING, alerts: [], checks }, 'Drift')).toMatchObject({ figure: 'none', tone: 'good' });
  });

  test('a champion that tells numbers has no accuracy, and shows its R²', () => {
    const evaluation = { task: 'regression', rows: 10, rmse: 1, mae: 1, r2: 0.8, r2Low: 0.7, r2High: 0.9 } as const;
    const champion = { ...DRIFTING.champion, evaluation } as NonNullable<LoopFacts['champion']>;
    const facts = { ...DRIFTING, points: [], champion };
    expect(stage(facts, 'Live accuracy')?.note).toBe('none of a model that tells numbers');
    expect(stage(facts, 'Champion')?.note).toMatch(/^R² 0.800, int8-static/);
  });

  test('between runs the last retraining tells its verdict', () => {
    const retrainings = DRIFTING.retrainings.map((retraining) => ({ ...retraining, state: 'done' as const }));
    const runs = DRIFTING.runs.filter(({ state }) => state === 'done');
    expect(stage({ ...DRIFTING, retrainings, runs }, 'Training')).toMatchObject({
      figure: 'done',
      note: '83.1 % → 98.9 %',
      tone: 'good',
    });
  });

  test('a device that was revoked is not missed', () => {
    const devices = DRIFTING.devices.map((device) => (device.online ? device : { ...device, revokedMs: NOW_MS }));
    expect(stage({ ...DRIFTING, devices }, 'Devices')).toMatchObject({ figure: '2 / 2', note: 'online', tone: 'good' });
  });
});
