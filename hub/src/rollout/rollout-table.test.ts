import { describe, expect, test } from 'vitest';
import type { RolloutState } from '../store/rollout-store.ts';
import { ROLLOUT_DEVICE_TABLE, ROLLOUT_TABLE, type RolloutEvent } from './rollout-table.ts';

describe('the transition tables', () => {
  const states: RolloutState[] = ['running', 'paused', 'done', 'aborted', 'rolling-back', 'rolled-back'];

  test('have one row at most for a state and an event', () => {
    for (const table of [ROLLOUT_TABLE, ROLLOUT_DEVICE_TABLE]) {
      const keys = table.map((row) => `${row.from} ${row.event}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('lead every unfinished rollout to an end, and only there', () => {
    const next = (state: RolloutState): RolloutState[] =>
      ROLLOUT_TABLE.filter((row) => row.from === state).map((row) => row.to);
    for (const state of states) {
      const seen = new Set<RolloutState>([state]);
      for (const reached of seen) for (const to of next(reached)) seen.add(to);
      expect(
        [...seen].some((reached) => ['done', 'aborted', 'rolled-back'].includes(reached)),
        state,
      ).toBe(true);
    }
    expect(next('rolled-back')).toEqual([]);
  });

  test('let a person roll back from everywhere but a roll back', () => {
    const event: RolloutEvent = 'roll-back';
    const from = ROLLOUT_TABLE.filter((row) => row.event === event).map((row) => row.from);
    expect(from.sort()).toEqual(['aborted', 'done', 'paused', 'running']);
  });
});
