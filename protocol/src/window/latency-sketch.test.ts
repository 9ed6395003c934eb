import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LATENCY_RELATIVE_ACCURACY,
  LatencyRecorder,
  LatencySketch,
  latencyCount,
  latencyQuantile,
  mergeLatencySketches,
  ProtocolUsageError,
} from '../index.ts';

const latency = fc.double({ min: 1e-3, max: 1e5, noNaN: true });
const latencies = fc.array(latency, { maxLength: 80 });

function sketchOf(values: readonly number[]): LatencySketch {
  const recorder = new LatencyRecorder();
  for (const value of values) recorder.add(value);
  return recorder.sketch();
}

describe('a quantile', () => {
  test('is within one percent of the exact one', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.floor(q * (sorted.length - 1))]!;
          const estimate = latencyQuantile(sketchOf(values), q)!;
          // DDSketch, proposition 3; the last digits are the logarithm's.
          expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * LATENCY_RELATIVE_ACCURACY * (1 + 1e-9));
        },
      ),
    );
  });

  test('of nothing is undefined', () => {
    expect(latencyQuantile(sketchOf([]), 0.5)).toBeUndefined();
  });

  test('of latencies below the clock is the smallest of them', () => {
    expect(latencyQuantile(sketchOf([0, 0, 5]), 0.5)).toBe(0);
  });

  test('is asked for between 0 and 1', () => {
    for (const q of [-0.1, 1.1, Number.NaN])
      expect(() => latencyQuantile(sketchOf([1]), q)).toThrow(ProtocolUsageError);
  });
});

describe('merging', () => {
  test('equals the sketch of all latencies, bucket for bucket, in either order', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const { sumMs, ...merged } = mergeLatencySketches(sketchOf(a), sketchOf(b));
        const { sumMs: expectedSumMs, ...expected } = sketchOf([...a, ...b]);
        expect(merged).toEqual(expected);
        expect(Math.abs(sumMs - expectedSumMs)).toBeLessThanOrEqual(1e-12 * expectedSumMs);
        expect(mergeLatencySketches(sketchOf(b), sketchOf(a))).toEqual({ ...merged, sumMs });
      }),
    );
  });

  test('survives the wire', () => {
    const sketch = sketchOf([0, 0.02, 3, 3, 90_000]);
    expect(LatencySketch.decode(LatencySketch.encode(sketch))).toEqual(sketch);
  });

  test('refuses another accuracy', () => {
    const other = { ...sketchOf([1]), relativeAccuracy: 0.02 };
    expect(() => mergeLatencySketches(sketchOf([1]), other)).toThrow(
      expect.objectContaining({ code: 'WINDOWS_NOT_MERGEABLE' }),
    );
  });
});

describe('adding', () => {
  test('keeps the size of a sketch bounded from nanoseconds to years', () => {
    const sketch = sketchOf([0, 1e-9, 1e-4, 1, 1e9, 1e300, Number.POSITIVE_INFINITY]);
    expect(sketch.counts.length).toBeLessThan(1500);
    expect(latencyCount(sketch)).toBe(7);
    expect(sketch).toMatchObject({ zeroCount: 2, minMs: 0, maxMs: 1e9 });
  });

  test('refuses NaN and negative latencies', () => {
    for (const value of [Number.NaN, -1]) expect(() => sketchOf([value])).toThrow(ProtocolUsageError);
  });
});
