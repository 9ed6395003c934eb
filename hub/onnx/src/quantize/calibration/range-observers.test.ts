import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISTRIBUTIONS, skewedValues } from '../../testing/skewed-values.ts';
import { rangeObserver, rangesObserver } from './make-range-observer.ts';
import { CALIBRATION_METHODS } from './range-observer.ts';

/** Values in portions of many sizes, some of them empty. */
const arbitraryPortions = fc.array(fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 40 }), {
  minLength: 1,
  maxLength: 6,
});

describe.each(CALIBRATION_METHODS)('range by %s', (method) => {
  it('contains zero and nothing outside of the values and zero', () => {
    fc.assert(
      fc.property(arbitraryPortions, (portions) => {
        const observer = rangeObserver(method);
        for (const portion of portions) observer.observe(portion);
        const all = portions.flatMap((portion) => [...portion]);
        fc.pre(all.length > 0);
        const { min, max } = observer.range();
        expect(min).toBeLessThanOrEqual(0);
        expect(max).toBeGreaterThanOrEqual(0);
        expect(min).toBeGreaterThanOrEqual(Math.min(0, ...all));
        expect(max).toBeLessThanOrEqual(Math.max(0, ...all));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('begins at exactly 0 behind a ReLU, and keeps most of the values', () => {
    const values = skewedValues('relu', 20_000, 1);
    const observer = rangeObserver(method);
    observer.observe(values);
    const { min, max } = observer.range();
    expect(Object.is(min, 0)).toBe(true);
    expect(values.filter((value) => value > max).length / values.length).toBeLessThan(0.05);
  });

  it('is 0 to 0 for zeros, also for negative ones', () => {
    const observer = rangeObserver(method);
    observer.observe(Float32Array.of(0, -0, 0));
    const { min, max } = observer.range();
    expect([Object.is(min, 0), Object.is(max, 0)]).toEqual([true, true]);
  });

  // One value that is always the same lies in one bin of the histogram, 1/256 wide.
  it.each([3.25, -3.25, 1e-30, -3e38])('ends within 1/256 of %f where all values are that', (constant) => {
    const observer = rangeObserver(method);
    observer.observe(new Float32Array(1000).fill(constant));
    const { min, max } = observer.range();
    expect(constant < 0 ? max : min).toBe(0);
    const end = (constant < 0 ? min : max) / Math.fround(constant);
    expect(end).toBeGreaterThan(1 - 1 / 256);
    expect(end).toBeLessThanOrEqual(1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %f naming the value', (entry) => {
    const observer = rangeObserver(method, { value: 'conv1_out' });
    observer.observe(Float32Array.of(1, 2));
    expect(() => observer.observe(Float32Array.of(1, entry, 2))).toThrow(
      expect.objectContaining({
        code: 'VALUE_NOT_FINITE',
        message: `Value conv1_out must be finite, got ${entry} at entry 1`,
        place: { value: 'conv1_out' },
      }),
    );
  });

  it('asks for values first', () => {
    const observer = rangeObserver(method, { value: 'x' });
    observer.observe(new Float32Array());
    expect(() => observer.range()).toThrow(expect.objectContaining({ code: 'RANGE_MISSING' }));
  });
});

// The mean over batches is the one method that has to see which values came together.
describe.each(CALIBRATION_METHODS.filter((method) => method !== 'moving-average'))('range by %s', (method) => {
  it('does not depend on order and portions', () => {
    const values = skewedValues('laplace', 3000, 2);
    const [forwards, backwards] = [rangeObserver(method), rangeObserver(method)];
    forwards.observe(values);
    const turned = values.toReversed();
    for (let start = 0; start < turned.length; start += 70) backwards.observe(turned.subarray(start, start + 70));
    expect(backwards.range()).toEqual(forwards.range());
  });
});

describe('observing for several methods at once', () => {
  it.each(DISTRIBUTIONS)('gives of %s values the ranges that single observers give', (distribution) => {
    const values = skewedValues(distribution, 5000, 3);
    const joint = rangesObserver(CALIBRATION_METHODS);
    joint.observe(values, 50);
    for (const [method, range] of joint.ranges()) {
      const single = rangeObserver(method);
      single.observe(values, 50);
      expect(range).toEqual(single.range());
    }
    expect([...joint.ranges().keys()]).toEqual(CALIBRATION_METHODS);
  });
});
