import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float } from '../../../format/attributes.ts';
import { arbitrarySeed, arbitrarySize, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { DENSE_GRADIENTS } from './dense-gradients.ts';

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test('of Gemm with every transposition, factor and bias', async () => {
    const biasRank = fc.constantFrom('none', 'scalar', 'row', 'column', 'matrix');
    const flags = fc.tuple(fc.nat(1), fc.nat(1));
    const check = fc.asyncProperty(
      arbitrarySize,
      arbitrarySize,
      arbitrarySize,
      flags,
      biasRank,
      arbitrarySeed,
      async (m, k, n, [transA, transB], bias, seed) => {
        const random = seededRandom(seed);
        const biasDims = { none: [], scalar: [1], row: [n], column: [m, 1], matrix: [m, n] }[bias];
        const point = {
          a: randomFloat64(random, transA ? [k, m] : [m, k]),
          b: randomFloat64(random, transB ? [n, k] : [k, n]),
          ...(bias === 'none' ? {} : { c: randomFloat64(random, biasDims) }),
        };
        const attributes = { transA, transB, alpha: float(0.7), beta: float(-1.3) };
        const build: TestedGraph = (graph) => graph.node('Gemm', Object.keys(point), attributes);
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 25 });
  });

  test('of MatMul of matrices, vectors and stacks of matrices that broadcast', async () => {
    const check = fc.asyncProperty(
      fc.tuple(arbitrarySize, arbitrarySize, arbitrarySize),
      fc.tuple(fc.nat(3), fc.nat(3)),
      fc.array(fc.constantFrom('both', 'left', 'right'), { minLength: 2, maxLength: 2 }),
      arbitrarySeed,
      async ([m, k, n], [extraA, extraB], ones, seed) => {
        const random = seededRandom(seed);
        const stack = (side: string) => [2, 3].map((size, at) => (ones[at] === side ? 1 : size));
        // Below 1 axis in front, A or B is a vector; from 1 on, it is a stack of as many axes less one.
        const a = extraA === 0 ? [k] : [...stack('left').slice(3 - extraA), m, k];
        const b = extraB === 0 ? [k] : [...stack('right').slice(3 - extraB), k, n];
        const point = { a: randomFloat64(random, a), b: randomFloat64(random, b) };
        const build: TestedGraph = (graph) => graph.node('MatMul', ['a', 'b']);
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 80 });
  });

  test('of MatMul of a stack and one matrix in a stack of its own', async () => {
    const random = seededRandom(9);
    const point = { a: randomFloat64(random, [4, 2, 3]), b: randomFloat64(random, [1, 1, 3, 2]) };
    const build: TestedGraph = (graph) => graph.node('MatMul', ['a', 'b']);
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });
});

test('every rule of this folder is checked here or beside', () => {
  const checked = ['Einsum', 'Gemm', 'MatMul'];
  expect(checked).toEqual(Object.keys(DENSE_GRADIENTS).sort());
});
