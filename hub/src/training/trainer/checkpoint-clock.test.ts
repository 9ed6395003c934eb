import { describe, expect, test } from 'vitest';
import { CheckpointClock } from './checkpoint-clock.ts';

function clockAt(everySteps?: number) {
  let nowMs = 0;
  const clock = new CheckpointClock(everySteps, 0, () => nowMs);
  return {
    clock,
    pass: (ms: number) => {
      nowMs += ms;
    },
    take: (step: number, tookMs: number) =>
      clock.take(step, async () => {
        nowMs += tookMs;
      }),
  };
}

describe('a checkpoint is due', () => {
  test('every so many steps when the recipe says so, however long they take', async () => {
    const { clock, pass, take } = clockAt(10);
    pass(1e9);
    expect(clock.isDue(9, true)).toBe(false);
    expect(clock.isDue(16, false)).toBe(true);
    await take(16, 0);
    expect(clock.isDue(25, true)).toBe(false);
    expect(clock.isDue(26, false)).toBe(true);
  });

  test('by time otherwise, sooner at the end of an epoch', async () => {
    const { clock, pass, take } = clockAt();
    pass(1_999);
    expect(clock.isDue(5, true)).toBe(false);
    pass(1);
    expect([clock.isDue(5, false), clock.isDue(5, true)]).toEqual([false, true]);
    pass(13_000);
    expect(clock.isDue(5, false)).toBe(true);
    await take(5, 10);
    expect(clock.isDue(6, true)).toBe(false);
  });

  test('so seldom that it takes at most 2 % of the time', async () => {
    const { clock, pass, take } = clockAt();
    await take(5, 1_000);
    pass(49_999);
    expect(clock.isDue(6, true)).toBe(false);
    pass(1);
    expect(clock.isDue(6, false)).toBe(true);
  });
});
