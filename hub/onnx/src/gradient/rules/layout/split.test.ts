import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { int64 } from '../../../tensor/tensor.ts';
import { arbitraryDims, arbitrarySeed, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';

describe.each(KNOWLEDGE)('the gradient of Split agrees with finite differences, knowing %s', (knowledge) => {
  test('with parts that the loss does not depend on', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
    const check = fc.asyncProperty(
      fc.tuple(arbitraryDims, fc.nat(2)),
      sizes,
      fc.nat(14),
      arbitrarySeed,
      async ([dims, at], parts, used, seed) => {
        const axis = at % dims.length;
        const total = parts.reduce((sum, part) => sum + part, 0);
        const point = { x: randomFloat64(seededRandom(seed), dims.with(axis, total)) };
        const build: TestedGraph = (graph) => {
          const inputs = ['x', graph.constant(int64(parts))];
          const outputs = graph.nodeWithOutputs(parts.length, 'Split', inputs, { axis: axis - dims.length });
          const chosen = outputs.filter((_, part) => (used >> part) % 2 === 1);
          return chosen.length > 0 ? chosen : outputs;
        };
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 20 });
  });

  test('into equal parts', async () => {
    const point = { x: randomFloat64(seededRandom(1), [2, 5]) };
    const build: TestedGraph = (graph) => {
      const [first = '', , last = ''] = graph.nodeWithOutputs(3, 'Split', ['x'], { axis: 1, num_outputs: 3 });
      return [first, last];
    };
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });
});
