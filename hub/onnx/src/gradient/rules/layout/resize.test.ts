import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { float32, int64 } from '../../../tensor/tensor.ts';
import { arbitrarySeed, KNOWLEDGE, RUNS, TOLERANCE_FLOAT32 } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { ortSession } from '../../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';
import { type CoordinateMode, interpolationMatrix, type RoundingMode } from './interpolation.ts';

const COORDINATES: readonly CoordinateMode[] = [
  ...(['half_pixel', 'pytorch_half_pixel', 'half_pixel_symmetric', 'align_corners', 'asymmetric'] as const),
];
const ROUNDINGS: readonly RoundingMode[] = ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'];

const arbitraryMode = fc.record({
  mode: fc.constantFrom('nearest', 'linear'),
  coordinate_transformation_mode: fc.constantFrom(...COORDINATES),
  nearest_mode: fc.constantFrom(...ROUNDINGS),
});
const arbitraryScale = fc.constantFrom(0.4, 0.5, 0.75, 1, 1.3, 2, 3);

/** x resized by scales, or to the sizes that they give. */
function resized(
  graph: GraphBuilder,
  dims: readonly number[],
  scales: readonly number[],
  by: 'scales' | 'sizes',
  attributes: Record<string, string | number | number[]>,
): string {
  const sizes = dims.map((dim, axis) => Math.floor(dim * scales[axis]!));
  const input = by === 'scales' ? ['', graph.constant(float32(scales))] : ['', '', graph.constant(int64(sizes))];
  return graph.node('Resize', ['x', ...input], attributes);
}

describe('interpolation matrices are what ONNX Runtime resizes by', () => {
  const modes = COORDINATES.flatMap((coordinates) => [
    ...ROUNDINGS.map((rounding) => ({ mode: 'nearest', coordinates, rounding }) as const),
    { mode: 'linear', coordinates, rounding: 'floor' } as const,
  ]);

  test.each(modes)('$mode, $coordinates, $rounding', async (interpolation) => {
    for (const [size, resized] of [
      ...[
        [1, 1],
        [1, 4],
        [4, 1],
        [3, 6],
        [6, 3],
        [5, 7],
        [7, 5],
        [9, 27],
        [10, 4],
        [31, 13],
      ],
    ] as const) {
      const scale = Math.fround(resized / size);
      const graph = new GraphBuilder();
      // The rows of the identity, resized, are the columns of the matrix.
      graph.input('x', 'float32', [size, 1, 1, size]);
      const attributes = {
        mode: interpolation.mode,
        coordinate_transformation_mode: interpolation.coordinates,
        nearest_mode: interpolation.rounding,
      };
      const output = graph.node('Resize', ['x', '', '', graph.constant(int64([size, 1, 1, resized]))], attributes);
      const session = await ortSession(graph.output(output, 'float32').build());
      const identity = float32(
        Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0)),
        [size, 1, 1, size],
      );
      const real = Array.from((await session.run({ x: identity }))[output]?.data ?? [], Number);
      const matrix = interpolationMatrix({ size, resized, scale }, interpolation);
      for (const [at, share] of matrix.entries()) {
        // Shares are differences of float32 positions of up to 31.
        expect(Math.abs(share - real[(at % size) * resized + Math.floor(at / size)]!)).toBeLessThan(1e-5);
      }
    }
  });
});

describe('the gradient of Resize agrees with differences', () => {
  for (const rank of [3, 4]) {
    test(`over ${rank - 2} spatial axes, in every mode`, async () => {
      const check = fc.asyncProperty(
        fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 2 }),
        fc.array(arbitraryScale, { minLength: 2, maxLength: 2 }),
        fc.constantFrom('scales' as const, 'sizes' as const),
        arbitraryMode,
        arbitrarySeed,
        async (spatial, factors, by, attributes, seed) => {
          const dims = [2, 1, ...spatial].slice(0, rank);
          const scales = [1, 1, ...factors].slice(0, rank).map(Math.fround);
          fc.pre(dims.every((dim, axis) => Math.floor(dim * scales[axis]!) > 0));
          const point = { x: randomFloat32(seededRandom(seed), dims) };
          const build: TestedGraph = (graph) => resized(graph, dims, scales, by, attributes);
          expect(await gradientError(point, build)).toBeLessThan(TOLERANCE_FLOAT32);
        },
      );
      await fc.assert(check, { ...RUNS, numRuns: 60 });
    });
  }

  test('with a symbolic batch', async () => {
    const point = { x: randomFloat32(seededRandom(1), [2, 3, 4, 4]) };
    const build: TestedGraph = (graph) => {
      const fixed = graph.node('Reshape', ['x', graph.constant(int64([-1, 3, 4, 4]))]);
      return graph.node('Resize', [fixed, '', graph.constant(float32([1, 1, 1.5, 0.5]))], { mode: 'linear' });
    };
    expect(await gradientError(point, build, 'ranks')).toBeLessThan(TOLERANCE_FLOAT32);
  });

  test('along axes in front', async () => {
    const point = { x: randomFloat32(seededRandom(1), [3, 2, 4]) };
    const build: TestedGraph = (graph) =>
      graph.node('Resize', ['x', '', graph.constant(float32([2, 1.5]))], { axes: [0, 1], mode: 'nearest' });
    expect(await gradientError(point, build)).toBeLessThan(TOLERANCE_FLOAT32);
  });

  test.each(KNOWLEDGE)('where entries are only repeated, knowing %s', async (knowledge) => {
    const point = { x: randomFloat32(seededRandom(1), [1, 2, 3, 2]) };
    const build: TestedGraph = (graph) =>
      graph.node('Resize', ['x', '', graph.constant(float32([1, 1, 2, 3]))], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
  });

  test('where most of what was repeated is cut off', async () => {
    const point = { x: randomFloat32(seededRandom(1), [1, 2, 3, 3]) };
    const build: TestedGraph = (graph) => {
      const repeating = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
      const large = graph.node('Resize', ['x', '', graph.constant(float32([1, 1, 2, 2]))], repeating);
      return graph.node('Slice', [large, ...[[4], [6], [2]].map((ends) => graph.constant(int64(ends)))]);
    };
    expect(await gradientError(point, build)).toBeLessThan(TOLERANCE_FLOAT32);
  });

  test.each([
    ['Upsample', 9, 'nearest', [1, 1, 2, 3]],
    ['Upsample', 9, 'linear', [1, 1, 2, 1.5]],
    ['Resize', 10, 'nearest', [1, 1, 1.5, 2]],
    ['Resize', 10, 'linear', [1, 1, 0.5, 2]],
  ] as const)('of %s in operator set %i, in mode %s', async (operator, opset, mode, scales) => {
    const point = { x: randomFloat32(seededRandom(1), [1, 2, 4, 2]) };
    const build: TestedGraph = (graph) => graph.node(operator, ['x', graph.constant(float32(scales))], { mode });
    expect(await gradientError(point, build, 'sizes', opset)).toBeLessThan(TOLERANCE_FLOAT32);
  });

  test('with smoothing that has nothing to do', async () => {
    const point = { x: randomFloat32(seededRandom(1), [1, 1, 3, 3]) };
    const build: TestedGraph = (graph) =>
      graph.node('Resize', ['x', '', graph.constant(float32([1, 1, 2, 1.7]))], { mode: 'linear', antialias: 1 });
    expect(await gradientError(point, build)).toBeLessThan(TOLERANCE_FLOAT32);
  });
});

describe('the gradient of Resize refuses', () => {
  const cases = [
    ['cubic', { mode: 'cubic' }, 'sizes', /mode nearest or linear, got cubic/],
    ['cropping', { coordinate_transformation_mode: 'tf_crop_and_resize' }, 'sizes', /coordinates within the input/],
    ['smoothing', { mode: 'linear', antialias: 1 }, 'sizes', /no antialias/],
    ['unknown sizes', { mode: 'linear' }, 'ranks', /sizes along axis 2 that are known while the graph is built/],
  ] as const;

  test.each(cases)('%s', async (_, attributes, knowledge, message) => {
    const point = { x: randomFloat32(seededRandom(1), [1, 1, 4, 4]) };
    const build: TestedGraph = (graph) => {
      const region = graph.constant(float32([0, 0, 0, 0, 1, 1, 1, 1]));
      return graph.node('Resize', ['x', region, graph.constant(float32([1, 1, 0.5, 1.5]))], attributes);
    };
    await expect(gradientError(point, build, knowledge)).rejects.toThrow(
      expect.objectContaining({ code: 'OPERATOR_NOT_DIFFERENTIABLE', message: expect.stringMatching(message) }),
    );
  });
});
