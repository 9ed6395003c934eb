import { describe, expect, test } from 'vitest';
import type { AlertRecord } from '../store/alert-store.ts';
import type { RetrainingRecord, RetrainingState } from '../store/retraining-store.ts';
import { decideRetraining, UNFINISHED_RETRAININGS, whyCalledOff } from './decide-retraining.ts';
import { DEFAULT_RETRAINING_POLICY } from './retraining-policy.ts';

const POLICY = { ...DEFAULT_RETRAINING_POLICY, coolDownMs: 60_000 };
const NOW_MS = 1_000_000;

const ALERT: AlertRecord = {
  ...{ id: 'alert-1', model: 'm', version: 1, kind: 'drift', state: 'open', message: 'm@1 drifts', checks: 3 },
  evidence: {
    ...{ model: 'm', version: 1, atMs: 1, level: 'drift', windows: 1, readings: 1, features: [], predictionPsi: 0 },
    ...{ trueAccuracy: null, estimatedAccuracy: null, deviceIds: [] },
  },
  ...{ openedMs: 1, resolvedMs: null, resolution: null },
};

function retraining(state: RetrainingState, changed: Partial<RetrainingRecord> = {}): RetrainingRecord {
  return {
    ...{ id: 'retraining-1', model: 'm', alertId: 'alert-1', state, championVersion: 1, dataset: null, heldOut: null },
    ...{ runId: 'run-2', comparisonJobId: null, challengerVersion: null, verdict: null, rolloutId: null },
    ...{ reason: null, createdMs: 1, updatedMs: NOW_MS - 60_000 },
    ...changed,
  };
}

const decide = (retrainings: RetrainingRecord[], changed: Partial<Parameters<typeof decideRetraining>[0]> = {}) =>
  decideRetraining({ policy: POLICY, alert: ALERT, retrainings, nowMs: NOW_MS, ...changed });

describe('decideRetraining', () => {
  test('starts on an open alert', () => {
    expect(decide([])).toEqual({ kind: 'start' });
  });

  test('waits without an alert, without a policy, and with one that is switched off', () => {
    expect(decide([], { alert: undefined }).kind).toBe('wait');
    expect(decide([], { policy: undefined }).kind).toBe('wait');
    expect(decide([], { policy: { ...POLICY, enabled: false } }).kind).toBe('wait');
  });

  for (const state of UNFINISHED_RETRAININGS) {
    test(`waits while another one is ${state}`, () => {
      expect(decide([retraining(state)])).toEqual({ kind: 'wait', reason: `retraining retraining-1 is ${state}` });
    });
  }

  for (const state of ['refused', 'failed', 'done'] as const) {
    test(`waits for the cool-down after one that was ${state}`, () => {
      const ended = [retraining(state, { updatedMs: NOW_MS - 59_999 })];
      expect(decide(ended)).toEqual({ kind: 'wait', reason: 'cool-down of 60000 ms ends in 1 ms' });
      expect(decide([retraining(state)])).toEqual({ kind: 'start' });
    });
  }

  test('does not cool down from one that was called off before it trained, but still from the one before', () => {
    const calledOff = retraining('done', { runId: null, updatedMs: NOW_MS });
    expect(decide([calledOff])).toEqual({ kind: 'start' });
    expect(decide([calledOff, retraining('refused', { updatedMs: NOW_MS - 1 })]).kind).toBe('wait');
  });

  test('cools down from one whose samples could not be read, for they are the same a second later', () => {
    expect(decide([retraining('failed', { runId: null, updatedMs: NOW_MS })]).kind).toBe('wait');
  });
});

describe('whyCalledOff', () => {
  const ground = { championVersion: 1, alert: ALERT };

  test('lets a retraining with its alert and its champion go on', () => {
    for (const state of UNFINISHED_RETRAININGS) expect(whyCalledOff(retraining(state), ground)).toBeUndefined();
    expect(whyCalledOff(retraining('collecting', { alertId: null }), { ...ground, alert: undefined })).toBeUndefined();
  });

  test('ends collecting when the alert ended, but lets a challenger that is being made be judged', () => {
    const over = { ...ground, alert: { ...ALERT, state: 'resolved' as const, resolution: 'resolved by ada' } };
    expect(whyCalledOff(retraining('collecting'), over)).toBe(
      'the alert ended before there were enough labelled samples: resolved by ada',
    );
    expect(whyCalledOff(retraining('training'), over)).toBeUndefined();
  });

  test('ends what was to beat a version that is no longer the champion', () => {
    for (const state of ['collecting', 'training', 'comparing'] as const) {
      expect(whyCalledOff(retraining(state, { challengerVersion: 3 }), { ...ground, championVersion: 2 })).toBe(
        'version 2 is the champion now, and no longer version 1, which was to be beaten',
      );
    }
    expect(whyCalledOff(retraining('training'), { ...ground, championVersion: undefined })).toContain('no champion');
  });

  test('leaves a rollout alone, and a challenger that has become the champion', () => {
    const crowned = { ...ground, championVersion: 2 };
    expect(whyCalledOff(retraining('rolling-out', { challengerVersion: 2 }), crowned)).toBeUndefined();
    expect(whyCalledOff(retraining('comparing', { challengerVersion: 2 }), crowned)).toBeUndefined();
  });
});
