import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { int64 } from '../../../tensor/tensor.ts';
import {
  arbitraryDims,
  arbitrarySeed,
  arbitrarySize,
  KNOWLEDGE,
  RUNS,
  TOLERANCE,
} from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { runTimeIntegers } from '../../../testing/run-time-integers.ts';
import { LAYOUT_GRADIENTS } from './layout-gradients.ts';

interface Unary {
  readonly operator: string;
  readonly build?: (graph: GraphBuilder) => string;
}

const UNARY: readonly Unary[] = [
  { operator: 'Flatten' },
  { operator: 'Transpose' },
  { operator: 'Reshape', build: (graph) => graph.node('Reshape', ['x', graph.constant(int64([-1]))]) },
  { operator: 'Unsqueeze', build: (graph) => graph.node('Unsqueeze', ['x', graph.constant(int64([0, -1]))]) },
  {
    operator: 'Squeeze',
    build: (graph) => {
      const widened = graph.node('Unsqueeze', ['x', graph.constant(int64([0]))]);
      return graph.node('Squeeze', [graph.node('Exp', [widened]), graph.constant(int64([0]))]);
    },
  },
];

/** Operators with tests of their own beside their rules. */
const ELSEWHERE = ['Gather', 'GatherElements', 'GatherND', 'Pad', 'Resize', 'Slice', 'Split', 'Upsample'];

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  for (const { operator, build } of UNARY) {
    test(`of ${operator}`, async () => {
      const check = fc.asyncProperty(arbitraryDims, arbitrarySeed, async (shape, seed) => {
        const point = { x: randomFloat64(seededRandom(seed), shape) };
        const graph: TestedGraph = build ?? ((builder) => builder.node(operator, ['x']));
        expect(await gradientError(point, graph, knowledge)).toBeLessThan(TOLERANCE);
      });
      await fc.assert(check, RUNS);
    });
  }

  test('of Expand and Tile', async () => {
    const repeats = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 });
    const check = fc.asyncProperty(arbitraryDims, repeats, arbitrarySeed, async (shape, counts, seed) => {
      const point = { x: randomFloat64(seededRandom(seed), shape) };
      const tile: TestedGraph = (graph) =>
        graph.node('Tile', ['x', graph.constant(int64(counts.slice(0, shape.length)))]);
      expect(await gradientError(point, tile, knowledge)).toBeLessThan(TOLERANCE);
      const longer = [...counts.slice(shape.length), ...shape.map((dim, axis) => (dim === 1 ? counts[axis]! : 1))];
      const expand: TestedGraph = (graph) => graph.node('Expand', ['x', graph.constant(int64(longer))]);
      expect(await gradientError(point, expand, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 12 });
  });

  test('of Expand and Tile to what is known only at run time', async () => {
    const point = { x: randomFloat64(seededRandom(1), [2, 1, 3]) };
    for (const [operator, sizes] of [
      ['Expand', [4, 2, 5, 3]],
      ['Tile', [2, 3, 1]],
    ] as const) {
      const build: TestedGraph = (graph) => graph.node(operator, ['x', runTimeIntegers(graph, 'x', sizes)]);
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    }
  });

  test.each(['DCR', 'CRD'])('of DepthToSpace in mode %s, and of SpaceToDepth', async (mode) => {
    const check = fc.asyncProperty(
      arbitrarySize,
      fc.integer({ min: 1, max: 3 }),
      arbitrarySeed,
      async (channels, blocksize, seed) => {
        const random = seededRandom(seed);
        const deep = { x: randomFloat64(random, [2, channels * blocksize ** 2, 2, 1]) };
        const toSpace: TestedGraph = (graph) => graph.node('DepthToSpace', ['x'], { blocksize, mode });
        expect(await gradientError(deep, toSpace, knowledge)).toBeLessThan(TOLERANCE);
        const wide = { x: randomFloat64(random, [1, channels, 2 * blocksize, blocksize]) };
        const toDepth: TestedGraph = (graph) => graph.node('SpaceToDepth', ['x'], { blocksize });
        expect(await gradientError(wide, toDepth, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 5 });
  });

  test('of Trilu above and below any diagonal', async () => {
    const check = fc.asyncProperty(
      fc.nat(1),
      fc.integer({ min: -3, max: 3 }),
      arbitrarySeed,
      async (upper, k, seed) => {
        const point = { x: randomFloat64(seededRandom(seed), [2, 3, 4]) };
        const build: TestedGraph = (graph) => graph.node('Trilu', ['x', graph.constant(int64([k], []))], { upper });
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, RUNS);
  });

  test('of CumSum in both directions', async () => {
    const flags = fc.tuple(fc.nat(1), fc.nat(1));
    const check = fc.asyncProperty(
      arbitraryDims,
      fc.nat(2),
      flags,
      arbitrarySeed,
      async (shape, at, [reverse, exclusive], seed) => {
        const point = { x: randomFloat64(seededRandom(seed), shape) };
        const build: TestedGraph = (graph) =>
          graph.node('CumSum', ['x', graph.constant(int64([at % shape.length], []))], { reverse, exclusive });
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, RUNS);
  });

  test('of Concat along any axis', async () => {
    const check = fc.asyncProperty(
      arbitraryDims,
      fc.nat(2),
      arbitrarySize,
      arbitrarySize,
      arbitrarySeed,
      async (shape, at, first, second, seed) => {
        const axis = at % shape.length;
        const random = seededRandom(seed);
        const part = (length: number) => randomFloat64(random, shape.with(axis, length));
        const point = { a: part(first), b: part(second), c: part(1) };
        const build: TestedGraph = (graph) => graph.node('Concat', ['a', 'b', 'c', 'a'], { axis: axis - shape.length });
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, RUNS);
  });
});

test('every rule of this folder is checked', () => {
  const here = ['Concat', 'CumSum', 'DepthToSpace', 'Expand', 'SpaceToDepth', 'Tile', 'Trilu'];
  const checked = [...UNARY.map(({ operator }) => operator), ...here, ...ELSEWHERE];
  expect(checked.sort()).toEqual(Object.keys(LAYOUT_GRADIENTS).sort());
});
