import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { int64, tensor } from '../../../tensor/tensor.ts';
import { arbitraryDims, arbitrarySeed, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { runTimeIntegers } from '../../../testing/run-time-integers.ts';

type Source = 'constant' | 'run-time';

function indices(graph: GraphBuilder, source: Source, values: readonly number[], dims: number[]): string {
  return source === 'constant' ? graph.constant(int64(values, dims)) : runTimeIntegers(graph, 'x', values, dims);
}

/** `count` indices between -size and size - 1. */
function randomIndices(random: () => number, count: number, size: number): number[] {
  return Array.from({ length: count }, () => Math.floor((2 * random() - 1) * size));
}

function product(dims: readonly number[]): number {
  return dims.reduce((all, dim) => all * dim, 1);
}

const arbitrarySource = fc.constantFrom<Source>('constant', 'run-time');
const arbitraryIndexDims = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test('of Gather along any axis with indices of any rank', async () => {
    const check = fc.asyncProperty(
      fc.tuple(arbitraryDims, fc.nat(2), fc.boolean()),
      arbitraryIndexDims,
      arbitrarySource,
      arbitrarySeed,
      async ([dims, at, isNegative], indexDims, source, seed) => {
        const axis = at % dims.length;
        const random = seededRandom(seed);
        const values = randomIndices(random, product(indexDims), dims[axis]!);
        const point = { x: randomFloat64(random, dims) };
        const error = await gradientError(
          point,
          (graph) =>
            graph.node('Gather', ['x', indices(graph, source, values, indexDims)], {
              axis: isNegative ? axis - dims.length : axis,
            }),
          knowledge,
        );
        expect(error).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 30 });
  });

  test('of GatherElements along any axis', async () => {
    const check = fc.asyncProperty(
      fc.tuple(arbitraryDims, fc.nat(2)),
      fc.integer({ min: 1, max: 4 }),
      arbitrarySource,
      arbitrarySeed,
      async ([dims, at], length, source, seed) => {
        const axis = at % dims.length;
        const random = seededRandom(seed);
        const indexDims = dims.map((dim, place) => (place === axis ? length : Math.ceil(dim * random())));
        const values = randomIndices(random, product(indexDims), dims[axis]!);
        const point = { x: randomFloat64(random, dims) };
        const error = await gradientError(
          point,
          (graph) => graph.node('GatherElements', ['x', indices(graph, source, values, indexDims)], { axis }),
          knowledge,
        );
        expect(error).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test('of GatherND of any depth, in batches', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
    const check = fc.asyncProperty(
      sizes,
      fc.tuple(fc.nat(2), fc.nat(3)),
      arbitraryIndexDims,
      arbitrarySource,
      arbitrarySeed,
      async (dims, [first, second], counts, source, seed) => {
        const batch = Math.min(first, dims.length - 1);
        const depth = 1 + (second % (dims.length - batch));
        const random = seededRandom(seed);
        const indexDims = [...dims.slice(0, batch), ...counts, depth];
        const values = Array.from({ length: product(indexDims) }, (_, at) => {
          const [index = 0] = randomIndices(random, 1, dims[batch + (at % depth)]!);
          return index;
        });
        const point = { x: randomFloat64(random, dims) };
        const error = await gradientError(
          point,
          (graph) => graph.node('GatherND', ['x', indices(graph, source, values, indexDims)], { batch_dims: batch }),
          knowledge,
        );
        expect(error).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 25 });
  });

  test('of Gather with 32-bit indices', async () => {
    const point = { x: randomFloat64(seededRandom(1), [4, 2]) };
    const build = (graph: GraphBuilder) =>
      graph.node('Gather', ['x', graph.constant(tensor('int32', [3], Int32Array.of(3, -1, 0)))]);
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });
});

describe.each(['Gather', 'GatherElements'])('the gradient of %s', (operator) => {
  test('is refused in an operator set without scatters that add', async () => {
    const point = { x: randomFloat64(seededRandom(2), [5, 2]) };
    const build = (graph: GraphBuilder) => graph.node(operator, ['x', graph.constant(int64([1, 4], [2, 1]))]);
    await expect(gradientError(point, build, 'sizes', 15)).rejects.toThrow(
      expect.objectContaining({
        code: 'OPERATOR_NOT_DIFFERENTIABLE',
        message: expect.stringMatching(/an operator set of at least 16, got 15/),
      }),
    );
  });
});
