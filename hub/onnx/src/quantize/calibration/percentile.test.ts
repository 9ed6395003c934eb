import { describe, expect, it } from 'vitest';
import { DISTRIBUTIONS, skewedValues } from '../../testing/skewed-values.ts';
import { Histogram } from './histogram.ts';
import { percentileRange } from './percentile.ts';

/** The value at a share of the sorted values, as numpy.percentile(method='inverted_cdf') picks it. */
function sortedAt(values: Float32Array, share: number): number {
  const sorted = values.toSorted();
  // Float errors must not make a whole number of values one more.
  return sorted[Math.max(0, Math.ceil(share * values.length - 1e-9) - 1)]!;
}

// A bin of the histogram is 1/256 of a magnitude wide.
const TOLERANCE = 1 / 256;

describe('percentileRange', () => {
  const cases = DISTRIBUTIONS.flatMap((distribution) =>
    [99, 99.9, 99.99, 99.999, 100].map((percentile) => ({ distribution, percentile })),
  );
  it.each(cases)('cuts $distribution values where sorting does at $percentile %', ({ distribution, percentile }) => {
    const values = skewedValues(distribution, 50_000, 1);
    const histogram = new Histogram();
    histogram.add(values);
    const { min, max } = percentileRange(histogram, percentile);
    const cut = (1 - percentile / 100) / 2;
    const [low, high] = [Math.min(0, sortedAt(values, cut)), Math.max(0, sortedAt(values, 1 - cut))];
    expect(Math.abs(max - high)).toBeLessThanOrEqual(TOLERANCE * high);
    // At the lower end the value just outside may be taken for the one just inside.
    const inside = Math.min(0, values.toSorted()[Math.floor(cut * values.length + 1e-9)]!);
    expect(min).toBeGreaterThanOrEqual(low * (1 + TOLERANCE));
    expect(min).toBeLessThanOrEqual(inside * (1 - TOLERANCE));
  });

  it('cuts off one huge outlier once it is negligible', () => {
    const histogram = new Histogram();
    histogram.add(skewedValues('outlier', 250_000, 1));
    expect(percentileRange(histogram).max).toBeLessThan(6);
  });

  it.each([0, -1, 100.1, Number.NaN])('refuses %f percent', (percentile) => {
    expect(() => percentileRange(new Histogram(), percentile)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});
