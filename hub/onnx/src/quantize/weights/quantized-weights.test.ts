import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float32 } from '../../tensor/tensor.ts';
import { quantizeRange } from '../static/activation-quantization.ts';
import { quantizeWeights, roundTiesToEven } from './quantized-weights.ts';

const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
  fc
    .array(
      fc.float({ min: -8, max: 8, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-9),
      { minLength: rows * columns, maxLength: rows * columns },
    )
    .map((values) => float32(values, [rows, columns])),
);

describe('quantizeWeights', () => {
  for (const reduceRange of [false, true]) {
    const limit = reduceRange ? 63 : 127;
    test(`is off by half a step at most, within ${limit}`, () => {
      fc.assert(
        fc.property(matrix, fc.constantFrom(0 as const, 1 as const), (weights, channelAxis) => {
          const { values, scales } = quantizeWeights(weights, { channelAxis, reduceRange });
          const columns = weights.dims[1]!;
          for (const [at, weight] of weights.data.entries()) {
            const scale = scales[channelAxis === 0 ? Math.floor(at / columns) : at % columns]!;
            expect(Math.abs(values[at]!)).toBeLessThanOrEqual(limit);
            // The scale itself is rounded to float32, which adds a millionth of the weight.
            expect(Math.abs(weight - values[at]! * scale)).toBeLessThanOrEqual(scale / 2 + Math.abs(weight) * 1e-6);
          }
        }),
        { seed: 4 },
      );
    });
  }

  test('gives each channel its own scale, and one of zeros any but zero', () => {
    const { values, scales } = quantizeWeights(float32([127, 0, -1.27, 0], [2, 2]), {
      channelAxis: 0,
      reduceRange: false,
    });
    expect([...values]).toEqual([127, 0, -127, 0]);
    expect(scales[0]).toBe(1);
    expect(scales[1]).toBeCloseTo(0.01, 7);
    expect(quantizeWeights(float32([0, 0], [1, 2]), { channelAxis: 0, reduceRange: false }).scales[0]).toBe(1);
  });
});

test('roundTiesToEven follows ONNX QuantizeLinear', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6].map((value) => roundTiesToEven(value) + 0)).toEqual([
    0, 2, 2, 0, -2, 2, -3,
  ]);
});

describe('quantizeRange', () => {
  test('keeps zero exact and covers the range', () => {
    fc.assert(
      fc.property(
        fc.float({ min: -1000, max: 1000, noNaN: true }),
        fc.float({ min: 0, max: 1000, noNaN: true }),
        (min, width) => {
          const { scale, zeroPoint } = quantizeRange('x', { min, max: min + width });
          expect(Number.isInteger(zeroPoint)).toBe(true);
          expect((255 - zeroPoint) * scale).toBeGreaterThanOrEqual(Math.max(0, min + width) - scale);
          expect(-zeroPoint * scale).toBeLessThanOrEqual(Math.min(0, min) + scale);
        },
      ),
      { seed: 5 },
    );
  });

  test('has zero-point 0 without negative values and a scale for a value that is always zero', () => {
    expect(quantizeRange('x', { min: 0, max: 2.55 }).zeroPoint).toBe(0);
    expect(quantizeRange('x', { min: 3, max: 5.1 })).toEqual({ scale: Math.fround(5.1 / 255), zeroPoint: 0 });
    expect(quantizeRange('x', { min: 0, max: 0 })).toEqual({ scale: 1, zeroPoint: 0 });
  });

  test('refuses ranges that no data can have', () => {
    for (const range of [
      { min: 1, max: 0 },
      { min: Number.NaN, max: 1 },
      { min: 0, max: Number.POSITIVE_INFINITY },
    ]) {
      expect(() => quantizeRange('x', range)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });
});
