import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { int64 } from '../../../tensor/tensor.ts';
import { arbitrarySeed, arbitrarySize, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { REDUCTION_GRADIENTS } from './reduction-gradients.ts';

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test('of ReduceSum and ReduceMean over any axes', async () => {
    const axes = fc.option(
      fc.uniqueArray(fc.integer({ min: -3, max: 2 }), {
        minLength: 1,
        maxLength: 2,
        selector: (axis) => (axis + 3) % 3,
      }),
    );
    const operators = fc.constantFrom('ReduceSum', 'ReduceMean');
    const shapes = fc.tuple(arbitrarySize, arbitrarySize, arbitrarySize);
    const check = fc.asyncProperty(
      operators,
      shapes,
      axes,
      fc.nat(1),
      arbitrarySeed,
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
});

test('every rule of this folder is checked above', () => {
  const checked = ['ReduceSum', 'ReduceMean'];
  expect(checked.sort()).toEqual(Object.keys(REDUCTION_GRADIENTS).sort());
});
