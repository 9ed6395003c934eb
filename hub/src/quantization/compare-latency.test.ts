import { expect, test } from 'vitest';
import type { GraphRunner } from '../graph-engine.ts';
import { compareLatency } from './compare-latency.ts';

const SOURCE = { rows: 3, feeds: () => ({}) };

/** Two runners on one clock, and how often they ran. */
function timed(formMs: (run: number) => number, otherMs: (run: number) => number) {
  let clockMs = 0;
  const runs = { form: 0, other: 0 };
  const runner = (which: 'form' | 'other', ms: (run: number) => number): GraphRunner => ({
    run: async () => {
      clockMs += ms(runs[which]++);
      return {};
    },
    close: async () => undefined,
  });
  const runners = { form: runner('form', formMs), other: runner('other', otherMs) };
  return {
    runs,
    compare: (limitShare: number) => compareLatency(runners, SOURCE, { nowMs: () => clockMs, limitShare }),
  };
}

test('tells the times of both and their share', async () => {
  const { compare } = timed(
    () => 2,
    () => 4,
  );
  expect(await compare(1)).toEqual({
    ...{ form: { p50Ms: 2, p95Ms: 2 }, other: { p50Ms: 4, p95Ms: 4 } },
    ...{ share: 0.5, low: 0.5, high: 0.5 },
  });
});

test('is not misled by rounds in which the machine did something else', async () => {
  const { compare } = timed(
    (run) => (run % 5 === 0 ? 50 : 2),
    (run) => (run % 7 === 0 ? 90 : 2),
  );
  expect((await compare(1.5)).share).toBe(1);
});

test('goes on while the limit lies within what the measurement leaves open', async () => {
  const clear = timed(
    () => 0.002,
    () => 0.004,
  );
  await clear.compare(1);
  const close = timed(
    (run) => (run % 2 === 0 ? 0.003 : 0.005),
    () => 0.004,
  );
  await close.compare(1);
  // Ten rounds to warm up, then 30 until the first look.
  expect(clear.runs).toEqual({ form: 40, other: 40 });
  expect(close.runs).toEqual({ form: 1_210, other: 1_210 });
});

test('times large models in few rounds', async () => {
  const { runs, compare } = timed(
    () => 3_000,
    () => 4_000,
  );
  expect((await compare(1)).share).toBe(0.75);
  expect(runs.form).toBeLessThan(20);
});

test('calls forms equally fast where the clock stands still', async () => {
  const { compare } = timed(
    () => 0,
    () => 0,
  );
  expect((await compare(1)).share).toBe(1);
});
