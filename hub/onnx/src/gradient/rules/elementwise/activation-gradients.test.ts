import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float } from '../../../format/attributes.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { float32 } from '../../../tensor/tensor.ts';
import {
  arbitraryBroadcastPair,
  arbitraryDims,
  arbitrarySeed,
  awayFrom,
  KNOWLEDGE,
  RUNS,
  TOLERANCE_FLOAT32,
} from '../../../testing/gradient-arbitraries.ts';
import { gradientError, STEP, type TestedGraph } from '../../../testing/gradient-check.ts';
import { pointGradients } from '../../../testing/point-gradients.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';
import { FLOAT32_UNARY } from '../../../testing/unary-operators.ts';

const MARGIN = 3 * STEP.float32;

/** Slopes at -100, 0 and 100; at a corner in 0, one of the two slopes there. */
const SLOPES: Readonly<Record<string, readonly [number, number, number]>> = {
  Celu: [0, 1, 1],
  Elu: [0, 1, 1],
  Erf: [0, 2 / Math.sqrt(Math.PI), 0],
  Gelu: [0, 0.5, 1],
  HardSigmoid: [0, 0.2, 0],
  HardSwish: [0, 0.5, 1],
  LeakyRelu: [0.01, 0.01, 1],
  Mish: [0, 0.6, 1],
  Relu: [0, 0, 1],
  Selu: [0, 1.050701, 1.050701],
  Sigmoid: [0, 0.25, 0],
  Softplus: [0, 0.5, 1],
  Softsign: [1 / 101 ** 2, 1, 1 / 101 ** 2],
  Tanh: [0, 1, 0],
};

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test.each(FLOAT32_UNARY)('of $operator $attributes', async (tested) => {
    const { operator, attributes = {}, low = -1, high = 1, corners = [] } = tested;
    const check = fc.asyncProperty(arbitraryDims, arbitrarySeed, async (shape, seed) => {
      const spread = randomFloat32(seededRandom(seed), shape).data;
      const values = spread.map((value) => awayFrom(low + ((high - low) * (value + 1)) / 2, corners, MARGIN));
      const build: TestedGraph = (graph) => graph.node(operator, ['x'], attributes);
      expect(await gradientError({ x: float32(values, shape) }, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
    });
    await fc.assert(check, RUNS);
  });

  test('of PRelu with slopes of any shape', async () => {
    const check = fc.asyncProperty(
      arbitraryDims,
      fc.nat(3),
      fc.nat(7),
      arbitrarySeed,
      async (shape, drop, ones, seed) => {
        const random = seededRandom(seed);
        const slopes = shape.map((size, axis) => ((ones >> axis) % 2 === 0 ? size : 1)).slice(drop);
        const values = randomFloat32(random, shape).data.map((value) => awayFrom(value, [0], MARGIN));
        const point = { x: float32(values, shape), slope: randomFloat32(random, slopes) };
        const build: TestedGraph = (graph) => graph.node('PRelu', ['x', 'slope']);
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test('of Mean with broadcasting', async () => {
    const check = fc.asyncProperty(arbitraryBroadcastPair, arbitrarySeed, async ([left, right], seed) => {
      const random = seededRandom(seed);
      const point = { a: randomFloat32(random, left), b: randomFloat32(random, right), c: randomFloat32(random, [1]) };
      const build: TestedGraph = (graph) => graph.node('Mean', ['a', 'b', 'c']);
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
    });
    await fc.assert(check, RUNS);
  });
});

describe('far from 0 and at it, slopes are numbers', () => {
  test.each(Object.entries(SLOPES))('of %s', async (operator, slopes) => {
    const x = float32([-100, 0, 100]);
    const gradients = await pointGradients({ x }, (graph) => graph.node(operator, ['x']));
    for (const [at, slope] of slopes.entries()) expect(gradients['x']?.[at]).toBeCloseTo(slope, 5);
  });

  test('of Gelu by tanh', async () => {
    const x = float32([-100, 0, 100]);
    const build = (graph: GraphBuilder) => graph.node('Gelu', ['x'], { approximate: 'tanh' });
    expect(await pointGradients({ x }, build)).toEqual({ x: [0, 0.5, 1] });
  });

  test('of numbers that are nearly 0, or nearly too large', async () => {
    const x = float32([-3e38, -1e-30, 1e-30, 3e38]);
    expect(await pointGradients({ x }, (graph) => graph.node('Relu', ['x']))).toEqual({ x: [0, 0, 1, 1] });
    const absolute = await pointGradients({ x }, (graph) => graph.node('Abs', ['x']));
    expect(absolute).toEqual({ x: [-1, -1, 1, 1] });
  });
});

test.each(['Elu', 'Selu', 'Celu'])('%s with a negative alpha is refused', async (operator) => {
  const build = (graph: GraphBuilder) => graph.node(operator, ['x'], { alpha: float(-1) });
  await expect(pointGradients({ x: float32([1]) }, build)).rejects.toThrow(/must have an alpha above 0, got -1/);
});
