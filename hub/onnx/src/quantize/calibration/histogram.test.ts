import { describe, expect, it } from 'vitest';
import { skewedValues } from '../../testing/skewed-values.ts';
import { type Bins, Histogram } from './histogram.ts';

describe('Histogram', () => {
  it('counts every value in a bin that contains it and is at most 1/256 wide', () => {
    const values = skewedValues('normal', 4000, 1);
    const histogram = new Histogram();
    histogram.add(values);
    const positive = histogram.positive();
    for (const [at, count] of positive.count.entries()) {
      const [low, high] = [positive.low[at]!, positive.high[at]!];
      const isLast = at === positive.count.length - 1;
      expect(values.filter((value) => value >= low && (value < high || (isLast && value <= high))).length).toBe(count);
      expect(high / low).toBeLessThanOrEqual(1 + 1 / 256);
    }
    expect(sum(positive) + sum(histogram.negative()) + histogram.zeros).toBe(values.length);
  });

  it('counts the smallest and largest floats, and zeros apart', () => {
    const histogram = new Histogram();
    histogram.add(Float32Array.of(1e-45, 3.4028234663852886e38, 0, -0));
    expect(histogram.zeros).toBe(2);
    expect([...histogram.positive().count]).toEqual([1, 1]);
    expect(histogram.positive().high.at(-1)).toBe(3.4028234663852886e38);
  });

  it('needs no more memory for more values', () => {
    const histogram = new Histogram();
    histogram.add(skewedValues('normal', 200_000, 2));
    const before = histogram.sizeBytes;
    for (let seed = 3; seed < 8; seed++) histogram.add(skewedValues('normal', 200_000, seed));
    // Six times the values reach nearer to zero and hardly further out: a few octaves of 2 KiB on each side.
    expect(histogram.sizeBytes - before).toBeLessThanOrEqual(12 * 2048);
    expect(histogram.sizeBytes).toBeLessThanOrEqual(64 * 2048);
  });

  it('has bins for each sign and exponent at most', () => {
    const words = Uint32Array.from({ length: 2 ** 17 }, (_, index) => index << 15);
    const floats = new Float32Array(words.buffer).filter(Number.isFinite);
    const histogram = new Histogram();
    histogram.add(floats);
    expect(histogram.sizeBytes).toBeLessThanOrEqual(2 ** 20);
  });
});

function sum({ count }: Bins): number {
  return count.reduce((total, values) => total + values, 0);
}
