import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { int64 } from '../../../tensor/tensor.ts';
import { arbitrarySeed, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { runTimeIntegers } from '../../../testing/run-time-integers.ts';

const arbitraryShape = fc.array(fc.integer({ min: 3, max: 5 }), { minLength: 1, maxLength: 3 });

function arbitraryPads(min: number) {
  return fc.array(fc.oneof(fc.constant(0), fc.integer({ min, max: 2 })), { minLength: 6, maxLength: 6 });
}

/** As many pads in front and behind as the shape has axes. */
function padsOf(shape: readonly number[], pads: readonly number[]): number[] {
  return [...pads.slice(0, shape.length), ...pads.slice(3, 3 + shape.length)];
}

describe.each(KNOWLEDGE)('the gradient of Pad agrees with finite differences, knowing %s', (knowledge) => {
  for (const source of ['constant', 'run-time'] as const) {
    test(`with ${source} pads, negative ones too, and of the fill value`, async () => {
      const check = fc.asyncProperty(arbitraryShape, arbitraryPads(-1), arbitrarySeed, async (shape, all, seed) => {
        const random = seededRandom(seed);
        const point = { x: randomFloat64(random, shape), fill: randomFloat64(random, seed % 2 === 0 ? [] : [1]) };
        const pads = padsOf(shape, all);
        const build: TestedGraph = (graph) => {
          const amounts = source === 'constant' ? graph.constant(int64(pads)) : runTimeIntegers(graph, 'x', pads);
          return graph.node('Pad', ['x', amounts, 'fill']);
        };
        expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
      });
      await fc.assert(check, { ...RUNS, numRuns: 15 });
    });
  }

  test.each(['reflect', 'edge', 'wrap'])('in mode %s', async (mode) => {
    const check = fc.asyncProperty(arbitraryShape, arbitraryPads(0), arbitrarySeed, async (shape, pads, seed) => {
      const point = { x: randomFloat64(seededRandom(seed), shape) };
      const build: TestedGraph = (graph) =>
        graph.node('Pad', ['x', graph.constant(int64(padsOf(shape, pads)))], { mode });
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test('along some axes only', async () => {
    const point = { x: randomFloat64(seededRandom(3), [2, 3, 4]) };
    for (const isKnown of [true, false]) {
      const build: TestedGraph = (graph) => {
        const pads = isKnown ? graph.constant(int64([1, 0, 2, -1])) : runTimeIntegers(graph, 'x', [1, 0, 2, -1]);
        return graph.node('Pad', ['x', pads, '', graph.constant(int64([-1, 0]))]);
      };
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    }
  });
});

describe('the gradient of Pad refuses', () => {
  const point = { x: randomFloat64(seededRandom(1), [4]) };
  const refused = (message: RegExp) =>
    expect.objectContaining({ code: 'OPERATOR_NOT_DIFFERENTIABLE', message: expect.stringMatching(message) });

  test('computed pads where entries repeat', async () => {
    const build: TestedGraph = (graph) =>
      graph.node('Pad', ['x', runTimeIntegers(graph, 'x', [1, 1])], { mode: 'edge' });
    await expect(gradientError(point, build)).rejects.toThrow(refused(/constant pads in mode edge/));
  });

  test('negative pads where entries repeat', async () => {
    const build: TestedGraph = (graph) => graph.node('Pad', ['x', graph.constant(int64([1, -1]))], { mode: 'reflect' });
    await expect(gradientError(point, build)).rejects.toThrow(refused(/pads of at least 0 in mode reflect/));
  });
});
