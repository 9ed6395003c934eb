import { describe, expect, test } from 'vitest';
import { mcnemarPValue } from './mcnemar.ts';

describe('McNemar p-value', () => {
  // Exact two-sided binomial tails by hand: 2 * sum C(n, k) / 2^n.
  for (const [onlyFirst, onlySecond, expected] of [
    [1, 5, (2 * (1 + 6)) / 64],
    [0, 10, 2 / 1024],
    [2, 8, (2 * (1 + 10 + 45)) / 1024],
    [5, 5, 1],
    [0, 0, 1],
  ] as const) {
    test(`of ${onlyFirst} against ${onlySecond} is the exact tail`, () => {
      expect(mcnemarPValue(onlyFirst, onlySecond)).toBeCloseTo(expected, 12);
      expect(mcnemarPValue(onlySecond, onlyFirst)).toBeCloseTo(expected, 12);
    });
  }

  test('equals the known table of Agresti, approval ratings 86 against 150', () => {
    // Agresti, Categorical Data Analysis, section 10.1: z = -4.17 without continuity correction, p about 3e-5.
    expect(mcnemarPValue(86, 150)).toBeGreaterThan(2e-5);
    expect(mcnemarPValue(86, 150)).toBeLessThan(5e-5);
  });

  test('goes over to the normal approximation without a step', () => {
    const [exact, approximate] = [mcnemarPValue(470, 530), mcnemarPValue(470, 531)];
    // One more row moves p from 0.0620 to 0.0580; both methods lie within a thousandth of that.
    expect(exact - approximate).toBeGreaterThan(0.001);
    expect(exact - approximate).toBeLessThan(0.007);
  });

  test('never leaves 0 to 1', () => {
    expect(mcnemarPValue(1_000_000, 0)).toBeGreaterThanOrEqual(0);
    expect(mcnemarPValue(600, 600)).toBeLessThanOrEqual(1);
  });
});
