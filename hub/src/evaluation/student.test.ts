import { describe, expect, test } from 'vitest';
import { pairedErrorsPValue } from './paired-errors.ts';
import { studentQuantile, studentTails } from './student.ts';

// Quantiles of the table of every textbook: 97.5 %, and the normal one of the same probability.
const NORMAL = 1.959964;
const TABLE = [
  [2, 4.303, 0.05],
  [4, 2.776, 0.01],
  [10, 2.228, 0.002],
  [30, 2.042, 0.0005],
  [1_000, 1.962, 0.0003],
] as const;

describe('Student’s t distribution', () => {
  for (const [degrees, expected, relative] of TABLE) {
    test(`with ${degrees} degrees of freedom is that of the tables`, () => {
      const quantile = studentQuantile(NORMAL, degrees);
      expect(Math.abs(quantile / expected - 1)).toBeLessThan(relative);
      expect(studentTails(quantile, degrees)).toBeCloseTo(0.05, 6);
      expect(studentQuantile(-NORMAL, degrees)).toBe(-quantile);
    });
  }
});

describe('paired test of squared errors', () => {
  test('is the t test of the differences', () => {
    // Differences of the squares 1, 2, 3, 4, 5: mean 3, standard error sqrt(2.5 / 5), t = 4.243, p = 0.0132.
    const first = [1, 2, 3, 4, 5].map(Math.sqrt);
    const pValue = pairedErrorsPValue(first, [0, 0, 0, 0, 0]);
    // With 4 degrees of freedom the approximation is 1 % of the quantile off.
    expect(Math.abs(pValue - 0.0132)).toBeLessThan(0.001);
    expect(pairedErrorsPValue([0, 0, 0, 0, 0], first)).toBe(pValue);
  });

  test('finds no difference where there is none or too few rows', () => {
    expect(pairedErrorsPValue([1, -2], [-1, 2])).toBe(1);
    expect(pairedErrorsPValue([5], [0])).toBe(1);
    expect(pairedErrorsPValue([], [])).toBe(1);
    expect(pairedErrorsPValue([2, 2], [1, 1])).toBe(0);
  });
});
