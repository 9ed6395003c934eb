import { expect, test } from 'vitest';
import { stepsPerRun } from './steps-per-run.ts';

test('small networks make many steps in a run, large ones and large batches fewer, and at least one', () => {
  expect(stepsPerRun(1_000, 1_000, 1_000)).toBe(16);
  expect(stepsPerRun(1e9, 1_000, 1_000)).toBe(2);
  expect(stepsPerRun(1_000, 2 ** 20, 1_000)).toBe(4);
  expect(stepsPerRun(1e12, 2 ** 30, 1_000)).toBe(1);
  expect(stepsPerRun(1_000, 1_000, 2e6)).toBe(1);
});
