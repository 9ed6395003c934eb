import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
import { FLOAT32_UNARY, FLOAT64_UNARY, STEP_OPERATORS } from '../../../testing/unary-operators.ts';
import { ELEMENTWISE_GRADIENTS } from './elementwise-gradients.ts';

const BINARY = ['Add', 'Sub', 'Mul', 'Div', 'Pow'];
const VARIADIC = ['Sum', 'Min', 'Max'];

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test.each(FLOAT64_UNARY)('of $operator', async ({ operator, attributes = {}, low = -1, high = 1, corners = [] }) => {
    const check = fc.asyncProperty(arbitraryDims, arbitrarySeed, async (shape, seed) => {
      const random = randomFloat64(seededRandom(seed), shape, low, high);
      const data = random.data.map((value) => awayFrom(value, corners));
      const point = { x: tensor('float64', shape, data) };
      const build: TestedGraph = (graph) => graph.node(operator, ['x'], attributes);
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, RUNS);
  });

  test.each(BINARY)('of %s with broadcasting', async (operator) => {
    const check = fc.asyncProperty(arbitraryBroadcastPair, arbitrarySeed, async ([left, right], seed) => {
      const random = seededRandom(seed);
      const low = operator === 'Pow' ? 0.3 : -1;
      const point = { a: randomFloat64(random, left, low, 2), b: randomFloat64(random, right, 0.5, 2) };
      const build: TestedGraph = (graph) => graph.node(operator, ['a', 'b']);
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test.each(VARIADIC)('of %s with any number of inputs', async (operator) => {
    const check = fc.asyncProperty(arbitraryBroadcastPair, arbitrarySeed, async ([left, right], seed) => {
      const random = seededRandom(seed);
      const point = { a: randomFloat64(random, left), b: randomFloat64(random, right), c: randomFloat64(random, []) };
      const inputs = Object.keys(point).slice(0, 1 + (seed % 3));
      const rest = Object.keys(point).slice(inputs.length);
      // Every value of the point must count, or it would have no gradient.
      const build: TestedGraph = (graph) => [graph.node(operator, inputs), ...rest];
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test('of Where with broadcasting of condition and values', async () => {
    const check = fc.asyncProperty(
      arbitraryBroadcastPair,
      fc.boolean(),
      arbitrarySeed,
      async ([a, b], isLeft, seed) => {
        const random = seededRandom(seed);
        const point = { a: randomFloat64(random, a), b: randomFloat64(random, b) };
        const condition = tensor(
          'bool',
          isLeft ? a : b,
          Uint8Array.from((isLeft ? point.a : point.b).data, (v) => +(v > 0)),
        );
        const build: TestedGraph = (graph) => graph.node('Where', [graph.constant(condition), 'a', 'b']);
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test.each([-1.5, -1, -0.5, 0, 0.5, 1, 2, 3, 4])('of Pow with the constant exponent %s', async (exponent) => {
    const point = { x: randomFloat64(seededRandom(3), [2, 3], 0.3, 2) };
    const build: TestedGraph = (graph) =>
      graph.node('Pow', ['x', graph.constant(tensor('float64', [], Float64Array.of(exponent)))]);
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
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

test('every rule of this folder is checked here or beside', () => {
  const unary = [...FLOAT64_UNARY, ...FLOAT32_UNARY].map(({ operator }) => operator);
  const elsewhere = ['Clip', 'Mean', 'PRelu', 'Where'];
  const checked = new Set([...unary, ...STEP_OPERATORS, ...BINARY, ...VARIADIC, ...elsewhere]);
  expect([...checked].sort()).toEqual(Object.keys(ELEMENTWISE_GRADIENTS).sort());
});
