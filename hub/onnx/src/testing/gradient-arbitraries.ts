import fc from 'fast-check';
import type { ShapeKnowledge } from './gradient-check.ts';

/** Every gradient is checked knowing all sizes, and again knowing only how many dimensions there are. */
export const KNOWLEDGE: readonly ShapeKnowledge[] = ['sizes', 'ranks'];
export const RUNS = { seed: 11, numRuns: 8 } as const;

/**
 * Central differences with step 1e-5 in float64 are right to about 1e-9 for the functions and ranges of these tests; a
 * wrong rule is off by far more than 1e-6.
 */
export const TOLERANCE = 1e-6;
/** Five-point differences in float32 were seen to be right to 5e-4; a wrong rule is off by far more than 2e-3. */
export const TOLERANCE_FLOAT32 = 2e-3;

/** One to three sizes between 1 and 4. */
export const arbitraryDims: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 4 }), {
  minLength: 1,
  maxLength: 3,
});
export const arbitrarySeed: fc.Arbitrary<number> = fc.integer({ min: 0, max: 1_000_000 });
export const arbitrarySize: fc.Arbitrary<number> = fc.integer({ min: 1, max: 5 });

/** Two shapes that broadcast against each other, either of which may be repeated. */
export const arbitraryBroadcastPair: fc.Arbitrary<readonly [number[], number[]]> = fc
  .tuple(
    arbitraryDims,
    fc.array(fc.constantFrom('both', 'left', 'right'), { minLength: 3, maxLength: 3 }),
    fc.nat(3),
    fc.nat(3),
  )
  .map(([shape, ones, dropLeft, dropRight]) => {
    const left = shape.map((dim, axis) => (ones[axis] === 'left' ? 1 : dim));
    const right = shape.map((dim, axis) => (ones[axis] === 'right' ? 1 : dim));
    // Only one of the two may be shorter, else the whole shape would not be reached.
    return dropLeft > dropRight ? ([left.slice(dropLeft), right] as const) : ([left, right.slice(dropRight)] as const);
  });

/** The value, moved aside where it is nearer than `margin` to a corner that differences must not step over. */
export function awayFrom(value: number, corners: readonly number[], margin = 1e-3): number {
  return corners.reduce((moved, corner) => (Math.abs(moved - corner) < margin ? corner + 2 * margin : moved), value);
}
