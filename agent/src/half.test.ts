import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfBits, halfValue } from './half.ts';

describe('half precision', () => {
  // IEEE 754-2019, binary16.
  const cases: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 / 3, 0x3555],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [Number.NaN, 0x7e00],
  ];
  for (const [value, bits] of cases) {
    it(`writes ${Object.is(value, -0) ? '-0' : value} as 0x${bits.toString(16)}`, () =>
      expect(halfBits(value)).toBe(bits));
  }

  it('reads what it wrote, for every number that there is', () => {
    const all = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => !Number.isNaN(halfValue(bits)));
    expect(all.filter((bits) => halfBits(halfValue(bits)) !== bits)).toEqual([]);
  });

  it('is off by at most half of its last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 6.2e-5, max: 65_000, noNaN: true }), (value) => {
        // 11 significant bits; float32 lies in between.
        expect(Math.abs(halfValue(halfBits(value)) - value)).toBeLessThanOrEqual(value * 2 ** -11 * (1 + 1e-6));
      }),
    );
  });
});
