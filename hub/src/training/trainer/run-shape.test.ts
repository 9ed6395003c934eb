import { expect, test } from 'vitest';
import { runShape } from './run-shape.ts';

test('small networks make many steps in a run, large batches and much work fewer, and at least one', () => {
  expect(runShape(1_000, 1_000, 1_000)).toEqual({ stepsPerRun: 16 });
  expect(runShape(1e9, 1_000, 1_000)).toEqual({ stepsPerRun: 2 });
  expect(runShape(1_000, 2 ** 20, 1_000)).toEqual({ stepsPerRun: 4 });
  expect(runShape(1e12, 2 ** 30, 1_000)).toEqual({ stepsPerRun: 1 });
});

test('large networks make single steps and keep their large weights out of the run', () => {
  expect(runShape(1_000, 1_000, 2e6)).toEqual({ deferredFrom: 2 ** 16 });
});
