import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { int64, tensor } from '../../../tensor/tensor.ts';
import {
  arbitrarySeed,
  arbitrarySize,
  awayFrom,
  KNOWLEDGE,
  RUNS,
  TOLERANCE,
} from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { pointGradients } from '../../../testing/point-gradients.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { runTimeIntegers } from '../../../testing/run-time-integers.ts';
import { REDUCTION_GRADIENTS } from './reduction-gradients.ts';

const OPERATORS = Object.keys(REDUCTION_GRADIENTS).sort();

/** Axes became an input with opset 13 (ReduceSum) and 18 (the others). */
const FORMS = ['left out', 'left out without effect', 'constant', 'attribute', 'run time'] as const;

const arbitraryAxes = fc.uniqueArray(fc.integer({ min: -3, max: 2 }), {
  minLength: 1,
  maxLength: 3,
  selector: (axis) => (axis + 3) % 3,
});

interface Reduction {
  readonly operator: string;
  readonly form: (typeof FORMS)[number];
  readonly axes: readonly number[];
  readonly keepdims: number;
}

/** The graph, in the newest operator set that has the form. */
function reduction({ operator, form, axes, keepdims }: Reduction): { build: TestedGraph; opset: number } {
  const node = (second?: (graph: Parameters<TestedGraph>[0]) => string, attributes = {}, opset = 21) => ({
    build: ((graph) => graph.node(operator, ['x', second?.(graph)], { keepdims, ...attributes })) as TestedGraph,
    opset,
  });
  switch (form) {
    case 'left out':
      return node();
    case 'left out without effect':
      return node(undefined, { noop_with_empty_axes: 1 });
    case 'constant':
      return node((graph) => graph.constant(int64(axes)));
    case 'run time':
      return node((graph) => runTimeIntegers(graph, 'x', axes));
    case 'attribute':
      return operator === 'ReduceSum'
        ? node((graph) => graph.constant(int64(axes)), {}, 13)
        : node(undefined, { axes }, 17);
  }
}

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test.each(OPERATORS)('of %s over any axes, given in any way', async (operator) => {
    const shapes = fc.tuple(arbitrarySize, arbitrarySize, arbitrarySize);
    const check = fc.asyncProperty(
      fc.constantFrom(...FORMS),
      shapes,
      arbitraryAxes,
      fc.nat(1),
      arbitrarySeed,
      async (form, shape, axes, keepdims, seed) => {
        const low = operator === 'ReduceLogSum' ? 0.2 : -1;
        const random = randomFloat64(seededRandom(seed), shape, low, 1);
        const x = tensor(
          'float64',
          shape,
          random.data.map((value) => awayFrom(value, [0])),
        );
        const { build, opset } = reduction({ operator, form, axes, keepdims });
        expect(await gradientError({ x }, build, knowledge, opset)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });
});

test.each(OPERATORS)('%s has the same gradient in operator set 11, where axes are an attribute', async (operator) => {
  const point = { x: randomFloat64(seededRandom(4), [2, 3, 4], 0.2, 1) };
  for (const keepdims of [0, 1]) {
    const old = await pointGradients(point, (graph) => graph.node(operator, ['x'], { axes: [0, -1], keepdims }), 11);
    const { build } = reduction({ operator, form: 'constant', axes: [0, 2], keepdims });
    expect(old).toEqual(await pointGradients(point, (graph) => build(graph) as string));
  }
});

describe('where a reduction has no one slope', () => {
  const x = tensor('float64', [2, 3], Float64Array.of(1, 1, 0, 0, 0, 0));

  test.each([
    ['ReduceMax', [0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]],
    ['ReduceMin', [0, 0, 1, 1 / 3, 1 / 3, 1 / 3]],
    ['ReduceL1', [1, 1, 0, 0, 0, 0]],
    ['ReduceL2', [Math.SQRT1_2, Math.SQRT1_2, 0, 0, 0, 0]],
  ])('%s has what PyTorch has', async (operator, expected) => {
    const gradients = await pointGradients({ x }, (graph) => graph.node(operator, ['x', graph.constant(int64([1]))]));
    for (const [at, value] of expected.entries()) expect(gradients['x']?.[at]).toBeCloseTo(value, 12);
  });

  test('ReduceLogSumExp stays finite for large entries', async () => {
    const large = tensor('float64', [2], Float64Array.of(1000, -1000));
    const gradients = await pointGradients({ x: large }, (graph) => graph.node('ReduceLogSumExp', ['x']));
    expect(gradients).toEqual({ x: [1, 0] });
  });
});
