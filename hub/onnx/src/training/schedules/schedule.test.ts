import { describe, expect, test } from 'vitest';
import {
  FIRST_SCHEDULE_STATE,
  learningRateShare,
  type Schedule,
  type ScheduleState,
  scheduleAfter,
} from './schedule.ts';

function shares(schedule: Schedule, steps: readonly number[]): number[] {
  return steps.map((step) => Number(learningRateShare(schedule, step).toFixed(6)));
}

function afterFigures(schedule: Schedule, figures: readonly number[]): ScheduleState[] {
  let state: ScheduleState = FIRST_SCHEDULE_STATE;
  return figures.map((figure) => {
    // A schedule's state goes through a checkpoint.
    state = JSON.parse(JSON.stringify(scheduleAfter(schedule, state, figure))) as ScheduleState;
    return state;
  });
}

describe('the learning rate', () => {
  test('stays where it is', () => {
    expect(shares({ kind: 'constant' }, [0, 1, 1000])).toEqual([1, 1, 1]);
  });

  test('falls in steps', () => {
    const schedule: Schedule = { kind: 'step', everySteps: 10, factor: 0.5 };
    expect(shares(schedule, [0, 9, 10, 19, 20, 35])).toEqual([1, 1, 0.5, 0.5, 0.25, 0.125]);
  });

  test('falls along a cosine and stays at its end', () => {
    expect(shares({ kind: 'cosine', steps: 100 }, [0, 25, 50, 100, 200])).toEqual([1, 0.853553, 0.5, 0, 0]);
    const schedule: Schedule = { kind: 'cosine', steps: 100, finalShare: 0.1 };
    expect(shares(schedule, [0, 50, 100])).toEqual([1, 0.55, 0.1]);
  });

  test('rises in a straight line before any schedule, which starts behind it', () => {
    expect(shares({ kind: 'constant', warmUpSteps: 4 }, [0, 1, 2, 3, 4])).toEqual([0.25, 0.5, 0.75, 1, 1]);
    const schedule: Schedule = { kind: 'cosine', steps: 100, warmUpSteps: 10 };
    expect(shares(schedule, [9, 10, 60, 110])).toEqual([1, 1, 0.5, 0]);
    const plateau: Schedule = { kind: 'plateau', factor: 0.5, patience: 1, warmUpSteps: 2 };
    const state = { share: 0.25, best: 1, badFigures: 0 };
    expect([0, 1, 2].map((step) => learningRateShare(plateau, step, state))).toEqual([0.5, 1, 0.25]);
  });

  test('falls when a figure has stopped falling, after some patience', () => {
    const schedule: Schedule = { kind: 'plateau', factor: 0.1, patience: 2, leastShare: 0.05 };
    const states = afterFigures(schedule, [1, 0.9, 0.95, 0.9, 0.91, 0.8, 0.8, 0.8, 0.8]);
    expect(states.map(({ share }) => share)).toEqual([1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.05]);
    expect(states.at(-1)).toEqual({ share: 0.05, best: 0.8, badFigures: 0 });
  });

  test('takes a figure for better only when it is so by the threshold', () => {
    const schedule: Schedule = { kind: 'plateau', factor: 0.5, patience: 0, threshold: 0.1 };
    expect(afterFigures(schedule, [1, 0.95, 0.85]).map(({ share }) => share)).toEqual([1, 0.5, 0.5]);
    expect(afterFigures(schedule, [-1, -1.05, -1.2]).map(({ share }) => share)).toEqual([1, 0.5, 0.5]);
    expect(afterFigures(schedule, [1, Number.NaN]).map(({ share }) => share)).toEqual([1, 0.5]);
  });

  test('needs figures that make sense', () => {
    const wrong: readonly Schedule[] = [
      { kind: 'step', everySteps: 0, factor: 0.5 },
      { kind: 'step', everySteps: 1, factor: 0 },
      { kind: 'cosine', steps: 0 },
      { kind: 'cosine', steps: 10, finalShare: 2 },
      { kind: 'plateau', factor: 1, patience: 1 },
      { kind: 'plateau', factor: 0.5, patience: -1 },
      { kind: 'constant', warmUpSteps: 0.5 },
    ];
    for (const schedule of wrong) {
      expect(() => learningRateShare(schedule, 0)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });
});
