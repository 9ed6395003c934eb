import type { RolloutDeviceRecord, RolloutRecord } from '@edgeloop/hub';
import { describe, expect, test } from 'vitest';
import { ROLLOUT_ACTIONS, sharesText, wavesOf, waveText } from './rollout-words.ts';

function rollout(changes: Partial<RolloutRecord>): RolloutRecord {
  return {
    id: 'r1',
    model: 'shuttle',
    version: 2,
    releaseDigest: '',
    state: 'running',
    wave: 1,
    waveStartedMs: 0,
    cause: { kind: 'request', ref: 'admin' },
    reason: null,
    createdMs: 0,
    updatedMs: 0,
    plan: {
      slot: 'default',
      labels: {},
      waves: [0.1, 0.5, 1],
      gate: { minSuccessShare: 1, deviceTimeoutMs: 1, minInferences: 1, soakMs: 1, maxErrorShare: 0 },
      samples: { kind: 'none', share: 0, perHour: 0, omitFields: [] },
    },
    ...changes,
  };
}

const inWave = (deviceId: string, wave: number) => ({ deviceId, wave }) as RolloutDeviceRecord;

describe('wavesOf', () => {
  test('puts every device into its wave', () => {
    const waves = wavesOf(rollout({}), [inWave('a', 0), inWave('b', 2), inWave('c', 2)]);
    expect(waves.map(({ devices }) => devices.map(({ deviceId }) => deviceId))).toEqual([['a'], [], ['b', 'c']]);
    expect(waves.map(({ standing }) => standing)).toEqual(['passed', 'in progress', 'waiting']);
  });

  test('a paused rollout stands still in its wave', () => {
    expect(wavesOf(rollout({ state: 'paused' }), []).map(({ standing }) => standing)).toEqual([
      'passed',
      'stopped',
      'waiting',
    ]);
  });

  test('all waves of a finished rollout have passed', () => {
    expect(new Set(wavesOf(rollout({ state: 'done', wave: 2 }), []).map(({ standing }) => standing))).toEqual(
      new Set(['passed']),
    );
  });
});

test('waveText counts from one and never past the last wave', () => {
  expect(waveText(rollout({}))).toBe('wave 2 of 3');
  expect(waveText(rollout({ wave: 3 }))).toBe('wave 3 of 3');
  expect(waveText(rollout({ state: 'done' }))).toBe('all 3 waves');
});

test('sharesText leaves out digits that say nothing', () => {
  expect(sharesText([0.005, 0.345, 0.5, 1])).toBe('0.50 % → 34.5 % → 50 % → 100 %');
});

test('what is being rolled back offers nothing to do', () => {
  expect(ROLLOUT_ACTIONS['rolling-back']).toEqual([]);
  expect(ROLLOUT_ACTIONS.paused).toContain('resume');
});
