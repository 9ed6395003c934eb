import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { tensor } from '../../../tensor/tensor.ts';
import {
  arbitraryBroadcastPair,
  arbitraryDims,
  arbitrarySeed,
  awayFrom,
  KNOWLEDGE,
  RUNS,
  TOLERANCE,
} from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { ELEMENTWISE_GRADIENTS } from './elementwise-gradients.ts';

interface Unary {
  readonly operator: string;
  readonly low?: number;
  readonly high?: number;
  /** Points where the function has a corner, which differences must not step over. */
  readonly corners?: readonly number[];
  readonly build?: (graph: GraphBuilder) => string;
}

const UNARY: readonly Unary[] = [
  { operator: 'Neg' },
  { operator: 'Relu', corners: [0] },
  { operator: 'Sigmoid', low: -4, high: 4 },
  { operator: 'Tanh', low: -2, high: 2 },
  { operator: 'Exp' },
  { operator: 'Log', low: 0.2, high: 3 },
  { operator: 'Sqrt', low: 0.2, high: 3 },
  { operator: 'Identity' },
  { operator: 'Softmax', low: -3, high: 3 },
  { operator: 'LogSoftmax', low: -3, high: 3 },
  {
    operator: 'Clip',
    corners: [-0.5, 0.4],
    build: (graph) => graph.node('Clip', ['x', constant(graph, -0.5), constant(graph, 0.4)]),
  },
  { operator: 'Cast', build: (graph) => graph.node('Cast', ['x'], { to: DATA_TYPE.float64 }) },
];

function constant(graph: GraphBuilder, value: number): string {
  return graph.constant(tensor('float64', [], Float64Array.of(value)));
}

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  for (const { operator, low = -1, high = 1, corners = [], build } of UNARY) {
    test(`of ${operator}`, async () => {
      const check = fc.asyncProperty(arbitraryDims, arbitrarySeed, async (shape, seed) => {
        const random = randomFloat64(seededRandom(seed), shape, low, high);
        const x = tensor(
          'float64',
          shape,
          random.data.map((value) => awayFrom(value, corners)),
        );
        const graph: TestedGraph = build ?? ((builder) => builder.node(operator, ['x']));
        expect(await gradientError({ x }, graph, knowledge)).toBeLessThan(TOLERANCE);
      });
      await fc.assert(check, RUNS);
    });
  }

  for (const operator of ['Add', 'Sub', 'Mul', 'Div']) {
    test(`of ${operator} with broadcasting`, async () => {
      const check = fc.asyncProperty(arbitraryBroadcastPair, arbitrarySeed, async ([left, right], seed) => {
        const random = seededRandom(seed);
        const point = { a: randomFloat64(random, left), b: randomFloat64(random, right, 0.5, 2) };
        expect(await gradientError(point, (graph) => graph.node(operator, ['a', 'b']), knowledge)).toBeLessThan(
          TOLERANCE,
        );
      });
      await fc.assert(check, { ...RUNS, numRuns: 15 });
    });
  }

  test('of a value that is used many times', async () => {
    const point = { x: randomFloat64(seededRandom(5), [3, 3]), y: randomFloat64(seededRandom(6), [3]) };
    const build: TestedGraph = (graph) => {
      const square = graph.node('Mul', ['x', 'x']);
      const mixed = graph.node('Add', [graph.node('MatMul', [square, 'x']), 'y']);
      return graph.node('Sub', [graph.node('Mul', [mixed, square]), graph.node('Tanh', [mixed])]);
    };
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });
});

test('every rule of this folder is checked above', () => {
  const checked = [...UNARY.map(({ operator }) => operator), 'Add', 'Sub', 'Mul', 'Div'];
  expect(checked.sort()).toEqual(Object.keys(ELEMENTWISE_GRADIENTS).sort());
});
