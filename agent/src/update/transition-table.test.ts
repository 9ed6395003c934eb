import { describe, expect, it } from 'vitest';
import {
  nextState,
  TRANSITIONS,
  UPDATE_EVENTS,
  UPDATE_STATES,
  type UpdateState,
  WORKING_STATES,
} from './transition-table.ts';

/** Pairs that mean nothing, on purpose. Whoever adds a state or an event has to decide about each of its pairs. */
const IGNORED: Readonly<Record<UpdateState, number>> = {
  idle: 16,
  downloading: 12,
  verifying: 9,
  'self-testing': 10,
  switching: 16,
  running: 14,
  'rolling-back': 16,
  refused: 14,
};

function reachable(from: UpdateState): Set<UpdateState> {
  const found = new Set<UpdateState>([from]);
  for (const state of found) for (const row of TRANSITIONS) if (row.from === state) found.add(row.to);
  return found;
}

describe('the transition table', () => {
  it('names only known states and events, each pair once', () => {
    const pairs = TRANSITIONS.map(({ from, event }) => `${from} ${event}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    for (const { from, event, to } of TRANSITIONS) {
      expect(UPDATE_STATES).toContain(from);
      expect(UPDATE_STATES).toContain(to);
      expect(UPDATE_EVENTS).toContain(event);
    }
  });

  it('uses every event', () => {
    expect(new Set(TRANSITIONS.map(({ event }) => event))).toEqual(new Set(UPDATE_EVENTS));
  });

  for (const state of UPDATE_STATES) {
    it(`leads from ${state} to running and to every way back`, () => {
      expect(reachable(state)).toContain('running');
      expect(reachable(state)).toContain('rolling-back');
      expect(reachable(state)).toContain('refused');
    });

    it(`leaves out from ${state} only the pairs that mean nothing there`, () => {
      const ignored = UPDATE_EVENTS.filter((event) => nextState(state, event) === undefined);
      expect(ignored.length, ignored.join(', ')).toBe(IGNORED[state]);
    });
  }

  it('comes to running only by a switch, or because what is wanted runs already', () => {
    const events = new Set(TRANSITIONS.filter(({ to }) => to === 'running').map(({ event }) => event));
    expect(events).toEqual(new Set(['switched', 'content', 'trial-passed']));
  });

  it('takes a failing model back from every state in which one can serve and nothing is being switched', () => {
    for (const state of ['downloading', 'verifying', 'self-testing', 'running', 'refused'] as const) {
      expect(nextState(state, 'runner-failed')).toBe('rolling-back');
    }
  });

  it('finishes a switch and a way back whatever is wanted meanwhile', () => {
    for (const state of ['switching', 'rolling-back'] as const) {
      for (const event of ['wanted', 'content', 'withdrawn'] as const) expect(nextState(state, event)).toBeUndefined();
    }
  });

  it('can leave every working state by itself', () => {
    const outer = new Set(['wanted', 'content', 'withdrawn', 'runner-failed']);
    for (const state of WORKING_STATES) {
      expect(TRANSITIONS.some(({ from, event }) => from === state && !outer.has(event))).toBe(true);
    }
  });
});
