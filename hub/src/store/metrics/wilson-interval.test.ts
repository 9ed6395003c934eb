import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson-interval.ts';

// Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I,
// method 3 (score without continuity correction), four decimals.
for (const [successes, trials, low, high] of [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
] as const) {
  test(`of ${successes} among ${trials} equals the published one`, () => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
}

test('stays within 0 and 1 and knows nothing without trials', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  expect(wilsonInterval(10, 10).high).toBeCloseTo(1, 12);
  expect(wilsonInterval(10, 10).high).toBeLessThanOrEqual(1);
  expect(wilsonInterval(10, 10).low).toBeCloseTo(0.7225, 4);
});
