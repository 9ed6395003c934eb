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

  test('of MatMul of matrices', async () => {
    const check = fc.asyncProperty(
      arbitrarySize,
      arbitrarySize,
      arbitrarySize,
      arbitrarySeed,
      async (m, k, n, seed) => {
        const random = seededRandom(seed);
        const point = { a: randomFloat64(random, [m, k]), b: randomFloat64(random, [k, n]) };
        expect(await gradientError(point, (graph) => graph.node('MatMul', ['a', 'b']), knowledge)).toBeLessThan(
          TOLERANCE,
        );
      },
    );
    await fc.assert(check, RUNS);
  });
});

test('every rule of this folder is checked above', () => {
  const checked = ['Gemm', 'MatMul'];
  expect(checked.sort()).toEqual(Object.keys(DENSE_GRADIENTS).sort());
});
