import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addToMoments, emptyMoments, type Moments, mergeMoments } from '../index.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 });

function momentsOf(values: readonly number[]): Moments {
  const moments = emptyMoments();
  for (const value of values) addToMoments(moments, value);
  return moments;
}

test('of 2, 4, 4, 4, 5, 5, 7, 9 are mean 5 and variance 4', () => {
  expect(momentsOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, min: 2, max: 9, mean: 5, m2: 32 });
});

test('keep the spread of small differences on a large mean', () => {
  // 1e9 + {4, 7, 13, 16}: m2 = 90; the textbook formula with sums of squares gives nonsense here
  const moments = momentsOf([4, 7, 13, 16].map((x) => 1e9 + x));
  expect(moments.m2).toBeCloseTo(90, 6);
  expect(moments.mean).toBe(1e9 + 10);
});

test('merge to the same bits in either order', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      expect(mergeMoments(momentsOf(a), momentsOf(b))).toEqual(mergeMoments(momentsOf(b), momentsOf(a)));
    }),
  );
});

test('of nothing change nothing', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      expect(mergeMoments(momentsOf(values), emptyMoments())).toEqual(momentsOf(values));
    }),
  );
});

test('of a constant have no spread after any number of merges', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (x, sizes) => {
        const merged = sizes.map((size) => momentsOf(new Array(size).fill(x))).reduce(mergeMoments, emptyMoments());
        expect(merged.m2).toBe(0);
        if (sizes.length > 0) expect(merged.mean).toBe(x + 0);
      },
    ),
  );
});
