import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { sliceRange } from '../../../shape/slice-parts.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { arbitraryDims, arbitrarySeed, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError } from '../../../testing/gradient-check.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { runTimeIntegers } from '../../../testing/run-time-integers.ts';

const FAR = 2 ** 31 - 1;

/** One slice along some axis. */
const arbitraryPart = fc.record({
  start: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(FAR, -FAR)),
  end: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(FAR, -FAR)),
  step: fc.constantFrom(1, 1, 2, 3, -1, -2),
});

type Parts = readonly { readonly start: number; readonly end: number; readonly step: number }[];
type Limits = 'constant' | 'run-time';

function takesSome(size: number, part: Parts[number] | undefined): boolean {
  return part !== undefined && (sliceRange(size, { axis: 0, ...part })?.count ?? 0) > 0;
}

function slice(graph: GraphBuilder, parts: Parts, axes: readonly number[], limits: Limits): string {
  const list = (values: readonly number[]) =>
    limits === 'constant' ? graph.constant(int64(values)) : runTimeIntegers(graph, 'x', values);
  const [starts, ends] = [list(parts.map(({ start }) => start)), list(parts.map(({ end }) => end))];
  const [where, steps] = [axes, parts.map(({ step }) => step)].map((values) => graph.constant(int64(values)));
  return graph.node('Slice', ['x', starts, ends, where, steps]);
}

describe.each(KNOWLEDGE)('the gradient of Slice agrees with finite differences, knowing %s', (knowledge) => {
  for (const limits of ['constant', 'run-time'] as const) {
    test(`with ${limits} limits along any axes`, async () => {
      const check = fc.asyncProperty(
        arbitraryDims,
        fc.array(arbitraryPart, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        arbitrarySeed,
        async (dims, parts, count, seed) => {
          const axes = dims.map((_, axis) => (axis % 2 === 0 ? axis : axis - dims.length)).slice(0, count);
          fc.pre(axes.every((axis, at) => takesSome(dims.at(axis) ?? 0, parts[at])));
          const point = { x: randomFloat64(seededRandom(seed), dims) };
          const error = await gradientError(
            point,
            (graph) => slice(graph, parts.slice(0, axes.length), axes, limits),
            knowledge,
          );
          expect(error).toBeLessThan(TOLERANCE);
        },
      );
      await fc.assert(check, { ...RUNS, numRuns: 40 });
    });
  }
});

describe('the gradient of Slice', () => {
  const point = { x: randomFloat64(seededRandom(1), [4, 3]) };

  test('takes the first axes where none are named', async () => {
    const error = await gradientError(point, (graph) => {
      const limits = [
        [1, 0],
        [3, 2],
      ].map((values) => graph.constant(int64(values)));
      return graph.node('Slice', ['x', ...limits]);
    });
    expect(error).toBeLessThan(TOLERANCE);
  });

  test('is 0 for an empty slice', async () => {
    const error = await gradientError(point, (graph) => {
      const [start, end, axis, step] = [0, 2, -1, -1].map((value) => graph.constant(int64([value])));
      const empty = graph.node('Slice', ['x', start, end, axis, step]);
      return graph.node('Concat', [graph.node('Exp', ['x']), empty], { axis: 1 });
    });
    expect(error).toBeLessThan(TOLERANCE);
  });

  test('refuses steps that are known only at run time', async () => {
    const checked = gradientError(point, (graph) => {
      const [start, end, axis] = [0, 3, 0].map((value) => graph.constant(int64([value])));
      return graph.node('Slice', ['x', start, end, axis, runTimeIntegers(graph, 'x', [2])]);
    });
    await expect(checked).rejects.toThrow(
      expect.objectContaining({
        code: 'OPERATOR_NOT_DIFFERENTIABLE',
        message: expect.stringMatching(/constant steps/),
      }),
    );
  });
});
