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

test('every rule of this folder is checked above', () => {
  const checked = [...UNARY.map(({ operator }) => operator), 'Concat'];
  expect(checked.sort()).toEqual(Object.keys(LAYOUT_GRADIENTS).sort());
});
