import { describe, expect, it } from 'vitest';
import { DISTRIBUTIONS, skewedValues } from '../../testing/skewed-values.ts';
import { quantizeRange, type ValueRange } from '../static/activation-quantization.ts';
import { Histogram } from './histogram.ts';
import { meanSquaredErrorRange } from './mean-squared-error.ts';

/** What rounding the very values to u8 loses. */
function errorOf(values: Float32Array, range: ValueRange): number {
  const { scale, zeroPoint } = quantizeRange('x', range);
  const sum = values.reduce((total, value) => {
    const integer = Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint));
    return total + (value - (integer - zeroPoint) * scale) ** 2;
  }, 0);
  return sum / values.length;
}

/** The least error of all ranges whose ends are hundredths of the extremes. */
function leastError(values: Float32Array): number {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const shares = Array.from({ length: 101 }, (_, at) => at / 100);
  const lows = low === 0 ? [0] : shares;
  const errors = lows.flatMap((a) => shares.map((b) => errorOf(values, { min: a * low, max: b * high })));
  return Math.min(...errors);
}

describe('meanSquaredErrorRange', () => {
  // An exhaustive search also finds ranges whose steps happen to fit the few values; 5 % is what that gains at most.
  it.each(DISTRIBUTIONS)(
    'of %s values loses at most a twentieth more than the best of an exhaustive search',
    (distribution) => {
      const values = skewedValues(distribution, 2000, 1);
      const histogram = new Histogram();
      histogram.add(values);
      expect(errorOf(values, meanSquaredErrorRange(histogram))).toBeLessThanOrEqual(1.05 * leastError(values));
    },
  );

  it('clips tails, which loses less than the range of all values does', () => {
    const values = skewedValues('laplace', 50_000, 2);
    const histogram = new Histogram();
    histogram.add(values);
    const range = meanSquaredErrorRange(histogram);
    expect(range.max).toBeLessThan(histogram.max);
    const all = errorOf(values, { min: histogram.min, max: histogram.max });
    expect(errorOf(values, range)).toBeLessThan(all);
  });
});
