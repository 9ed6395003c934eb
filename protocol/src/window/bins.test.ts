import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binIndex, LARGEST_READING, levelIndex, MISSING_BIN, ProtocolUsageError, quantileEdges } from '../index.ts';

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('binIndex', () => {
  test('puts an edge into the bin it opens', () => {
    expect([-1, 0, 0.5, 1, 2].map((x) => binIndex([0, 1], x))).toEqual([0, 1, 1, 2, 2]);
    expect(binIndex([], 5)).toBe(0);
    expect(binIndex([0], -0)).toBe(1);
  });

  test('equals counting the edges that are not above the value', () => {
    const edges = fc.uniqueArray(number, { maxLength: 40 }).map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(edges, number, (sorted, x) => {
        expect(binIndex(sorted, x)).toBe(sorted.filter((edge) => edge <= x).length);
      }),
    );
  });

  test('says missing for what has no place or no moments', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, LARGEST_READING * 10];
    for (const value of values) expect(binIndex([0], value)).toBe(MISSING_BIN);
  });
});

describe('levelIndex', () => {
  test('counts unknown levels together and null as missing', () => {
    const levels = ['red', '7'];
    const values = ['red', '7', 7, 'blue', '', null, undefined];
    expect(values.map((value) => levelIndex(levels, value))).toEqual([0, 1, 1, 2, 2, MISSING_BIN, MISSING_BIN]);
  });
});

describe('quantileEdges', () => {
  test('cuts different values into bins of equal count', () => {
    const values = Array.from({ length: 100 }, (_, index) => (index * 37) % 100);
    expect(quantileEdges(values, 4)).toEqual([25, 50, 75]);
  });

  test('are strictly ascending, finite and never more than asked for', () => {
    const values = fc.array(fc.oneof(number, fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY)));
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 30 }), (sample, binCount) => {
        const edges = quantileEdges(sample, binCount);
        expect(edges.length).toBeLessThan(binCount);
        for (const [index, edge] of edges.entries()) {
          expect(Number.isFinite(edge)).toBe(true);
          if (index > 0) expect(edge).toBeGreaterThan(edges[index - 1]!);
        }
      }),
    );
  });

  test('gives a value that occurs often a bin of its own', () => {
    const values = [...new Array(90).fill(0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const edges = quantileEdges(values, 20);
    expect(edges).toEqual([0, 1, 6]);
    expect(binIndex(edges, 0)).toBe(1);
  });

  test('shows a constant feature moving to either side', () => {
    for (const constant of [5, -5, 0, 1e-300]) {
      const edges = quantileEdges(new Array(50).fill(constant), 20);
      const moved = [constant - 1e-9, constant, constant + 1e-9].map((x) => binIndex(edges, x));
      expect(moved).toEqual([0, 1, 2]);
    }
  });

  test('are none without values', () => {
    expect(quantileEdges([], 20)).toEqual([]);
    expect(quantileEdges([Number.NaN], 20)).toEqual([]);
  });

  test('refuse a bin count that is none', () => {
    for (const binCount of [0, -1, 1.5]) expect(() => quantileEdges([1], binCount)).toThrow(ProtocolUsageError);
  });
});
