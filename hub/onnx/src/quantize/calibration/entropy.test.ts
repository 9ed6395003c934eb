import { describe, expect, it } from 'vitest';
import { skewedValues } from '../../testing/skewed-values.ts';
import { entropyRange } from './entropy.ts';
import { Histogram } from './histogram.ts';

function rangeOf(values: Float32Array): { min: number; max: number } {
  const histogram = new Histogram();
  histogram.add(values);
  return entropyRange(histogram);
}

describe('entropyRange', () => {
  it('clips what is rare: tails more than the ends of evenly spread values', () => {
    const even = Float32Array.from({ length: 40_000 }, (_, at) => at / 40_000 - 0.5);
    expect(rangeOf(even).max).toBeGreaterThan(0.49);
    const tails = skewedValues('laplace', 40_000, 1);
    expect(rangeOf(tails).max).toBeLessThan(0.9 * Math.max(...tails));
  });

  // The outlier is 1000, further out than the eighth that one search can tell apart.
  it('does not let one huge outlier hide the others', () => {
    const { max } = rangeOf(skewedValues('outlier', 40_000, 1));
    expect(max).toBeGreaterThan(2);
    expect(max).toBeLessThan(15);
  });

  it('looks only at what is not zero', () => {
    const [values, sparse] = [skewedValues('gelu', 20_000, 1), new Float32Array(400_000)];
    sparse.set(values);
    expect(rangeOf(sparse)).toEqual(rangeOf(values));
  });
});
