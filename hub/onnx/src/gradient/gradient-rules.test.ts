import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { int64, tensor } from '../tensor/tensor.ts';
import { gradientError, type ShapeKnowledge, type TestedGraph } from '../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../testing/random-tensors.ts';
import { differentiableOperators } from './gradient-rules.ts';

/**
 * Central differences with step 1e-5 in float64 are right to about 1e-9 for these functions and ranges; a wrong rule is
 * off by far more than 1e-6.
 */
const TOLERANCE = 1e-6;
const KNOWLEDGE: readonly ShapeKnowledge[] = ['sizes', 'ranks'];
const RUNS = { seed: 11, numRuns: 8 };

const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
const seeds = fc.integer({ min: 0, max: 1_000_000 });
const size = fc.integer({ min: 1, max: 5 });

/** Two shapes that broadcast against each other, either of which may be repeated. */
const broadcastPair = fc
  .tuple(dims, fc.array(fc.constantFrom('both', 'left', 'right'), { minLength: 3, maxLength: 3 }), fc.nat(3), fc.nat(3))
  .map(([shape, ones, dropLeft, dropRight]) => {
    const left = shape.map((dim, axis) => (ones[axis] === 'left' ? 1 : dim));
    const right = shape.map((dim, axis) => (ones[axis] === 'right' ? 1 : dim));
    // Only one of the two may be shorter, else the whole shape would not be reached.
    return dropLeft > dropRight ? ([left.slice(dropLeft), right] as const) : ([left, right.slice(dropRight)] as const);
  });

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
  { operator: 'Flatten' },
  { operator: 'Transpose' },
  {
    operator: 'Clip',
    corners: [-0.5, 0.4],
    build: (graph) => graph.node('Clip', ['x', constant(graph, -0.5), constant(graph, 0.4)]),
  },
  { operator: 'Cast', build: (graph) => graph.node('Cast', ['x'], { to: DATA_TYPE.float64 }) },
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

function constant(graph: GraphBuilder, value: number): string {
  return graph.constant(tensor('float64', [], Float64Array.of(value)));
}

function awayFrom(value: number, corners: readonly number[]): number {
  return corners.reduce((moved, corner) => (Math.abs(moved - corner) < 1e-3 ? corner + 2e-3 : moved), value);
}

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  for (const { operator, low = -1, high = 1, corners = [], build } of UNARY) {
    test(`of ${operator}`, async () => {
      const check = fc.asyncProperty(dims, seeds, async (shape, seed) => {
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
      const check = fc.asyncProperty(broadcastPair, seeds, async ([left, right], seed) => {
        const random = seededRandom(seed);
        const point = { a: randomFloat64(random, left), b: randomFloat64(random, right, 0.5, 2) };
        expect(await gradientError(point, (graph) => graph.node(operator, ['a', 'b']), knowledge)).toBeLessThan(
          TOLERANCE,
        );
      });
      await fc.assert(check, { ...RUNS, numRuns: 15 });
    });
  }

  test('of Gemm with every transposition, factor and bias', async () => {
    const biasRank = fc.constantFrom('none', 'scalar', 'row', 'column', 'matrix');
    const flags = fc.tuple(fc.nat(1), fc.nat(1));
    const check = fc.asyncProperty(
      size,
      size,
      size,
      flags,
      biasRank,
      seeds,
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
    const check = fc.asyncProperty(size, size, size, seeds, async (m, k, n, seed) => {
      const random = seededRandom(seed);
      const point = { a: randomFloat64(random, [m, k]), b: randomFloat64(random, [k, n]) };
      expect(await gradientError(point, (graph) => graph.node('MatMul', ['a', 'b']), knowledge)).toBeLessThan(
        TOLERANCE,
      );
    });
    await fc.assert(check, RUNS);
  });

  test('of Concat along any axis', async () => {
    const check = fc.asyncProperty(dims, fc.nat(2), size, size, seeds, async (shape, at, first, second, seed) => {
      const axis = at % shape.length;
      const random = seededRandom(seed);
      const part = (length: number) => randomFloat64(random, shape.with(axis, length));
      const point = { a: part(first), b: part(second), c: part(1) };
      const build: TestedGraph = (graph) => graph.node('Concat', ['a', 'b', 'c', 'a'], { axis: axis - shape.length });
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, RUNS);
  });

  test('of ReduceSum and ReduceMean over any axes', async () => {
    const axes = fc.option(
      fc.uniqueArray(fc.integer({ min: -3, max: 2 }), {
        minLength: 1,
        maxLength: 2,
        selector: (axis) => (axis + 3) % 3,
      }),
    );
    const operators = fc.constantFrom('ReduceSum', 'ReduceMean');
    const shapes = fc.tuple(size, size, size);
    const check = fc.asyncProperty(
      operators,
      shapes,
      axes,
      fc.nat(1),
      seeds,
      async (operator, shape, chosen, keepdims, seed) => {
        const point = { x: randomFloat64(seededRandom(seed), shape) };
        const build: TestedGraph = (graph) => {
          const inputs = chosen ? ['x', graph.constant(int64(chosen))] : ['x'];
          return graph.node(operator, inputs, { keepdims });
        };
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 20 });
  });

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

test('every rule is checked above', () => {
  const checked = [...UNARY.map(({ operator }) => operator), 'Add', 'Sub', 'Mul', 'Div', 'Gemm', 'MatMul', 'Concat'];
  expect([...checked, 'ReduceSum', 'ReduceMean'].sort()).toEqual(differentiableOperators());
});
