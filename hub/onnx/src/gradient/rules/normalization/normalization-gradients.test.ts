import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float } from '../../../format/attributes.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { elementCount, tensor } from '../../../tensor/tensor.ts';
import {
  arbitraryDims,
  arbitrarySeed,
  arbitrarySize,
  KNOWLEDGE,
  RUNS,
  TOLERANCE,
  TOLERANCE_FLOAT32,
} from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat32, randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { NORMALIZATION_GRADIENTS } from './normalization-gradients.ts';

/** Batch, channels and up to two more axes; enough entries per channel for a variance that is not tiny. */
const arbitraryBatch = fc.tuple(
  fc.integer({ min: 3, max: 5 }),
  fc.integer({ min: 1, max: 4 }),
  fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
);

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test('of BatchNormalization in training, through the statistics of the batch', async () => {
    const check = fc.asyncProperty(arbitraryBatch, arbitrarySeed, async ([batch, channels, others], seed) => {
      const random = seededRandom(seed);
      const point = {
        x: randomFloat64(random, [batch, channels, ...others], -1, 2),
        scale: randomFloat64(random, [channels], 0.5, 2),
        bias: randomFloat64(random, [channels]),
      };
      const build: TestedGraph = (graph) => {
        const statistics = [0, 1].map(() => graph.constant(randomFloat64(random, [channels], 0.5, 1)));
        const attributes = { training_mode: 1, momentum: float(0.7), epsilon: float(0.01) };
        const inputs = [...Object.keys(point), ...statistics];
        return graph.nodeWithOutputs(3, 'BatchNormalization', inputs, attributes)[0] ?? '';
      };
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 10 });
  });

  test('of BatchNormalization with fixed statistics, and of those', async () => {
    const check = fc.asyncProperty(arbitraryBatch, arbitrarySeed, async ([batch, channels, others], seed) => {
      const random = seededRandom(seed);
      const point = {
        x: randomFloat64(random, [batch, channels, ...others]),
        scale: randomFloat64(random, [channels], 0.5, 2),
        bias: randomFloat64(random, [channels]),
        mean: randomFloat64(random, [channels]),
        variance: randomFloat64(random, [channels], 0.5, 2),
      };
      const build: TestedGraph = (graph) => graph.node('BatchNormalization', Object.keys(point));
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 10 });
  });

  test('of LayerNormalization over any last axes, with and without a bias', async () => {
    const check = fc.asyncProperty(
      fc.tuple(arbitraryDims, fc.nat(2)),
      fc.boolean(),
      arbitrarySeed,
      async ([first, at], hasBias, seed) => {
        const dims = [...first, 4];
        const axis = at % dims.length;
        const random = seededRandom(seed);
        const own = dims.slice(axis);
        const point = {
          x: randomFloat64(random, dims, -1, 2),
          scale: randomFloat64(random, own, 0.5, 2),
          ...(hasBias ? { bias: randomFloat64(random, own) } : {}),
        };
        const attributes = { axis: axis - dims.length, epsilon: float(0.01) };
        const build: TestedGraph = (graph) => graph.node('LayerNormalization', Object.keys(point), attributes);
        // The node gives its statistics in float32, whatever it normalises.
        expect(await gradientError(point, build, knowledge)).toBeLessThan(10 * TOLERANCE);
      },
    );
    await fc.assert(check, { ...RUNS, numRuns: 15 });
  });

  test('of InstanceNormalization', async () => {
    const check = fc.asyncProperty(arbitrarySize, arbitrarySize, arbitrarySeed, async (batch, channels, seed) => {
      const random = seededRandom(seed);
      // ONNX Runtime has no float64 kernel.
      const point = {
        x: spread(random, [batch, channels, 3, 2]),
        scale: randomFloat32(random, [channels]),
        bias: randomFloat32(random, [channels]),
      };
      const build: TestedGraph = (graph) =>
        graph.node('InstanceNormalization', Object.keys(point), { epsilon: float(0.1) });
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
    });
    await fc.assert(check, RUNS);
  });

  test('of GroupNormalization', async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }));
    const check = fc.asyncProperty(sizes, arbitrarySeed, async ([groups, width], seed) => {
      const random = seededRandom(seed);
      const channels = groups * width;
      // ONNX Runtime computes the statistics in float32, whatever it normalises.
      const point = {
        x: spread(random, [2, channels, 3, 2]),
        scale: randomFloat32(random, [channels]),
        bias: randomFloat32(random, [channels]),
      };
      const attributes = { num_groups: groups, epsilon: float(0.1) };
      const build: TestedGraph = (graph) => graph.node('GroupNormalization', Object.keys(point), attributes);
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
    });
    await fc.assert(check, RUNS);
  });

  test.each([1, 2])('of LpNormalization with p = %i', async (p) => {
    const check = fc.asyncProperty(arbitraryDims, fc.nat(2), arbitrarySeed, async (dims, at, seed) => {
      const random = seededRandom(seed);
      const values = Array.from({ length: elementCount(dims) }, () => (0.2 + random()) * (random() < 0.5 ? -1 : 1));
      const point = { x: tensor('float64', dims, Float64Array.from(values)) };
      const build: TestedGraph = (graph) => graph.node('LpNormalization', ['x'], { p, axis: at % dims.length });
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, RUNS);
  });

  test('of Dropout that drops nothing', async () => {
    const point = { x: randomFloat64(seededRandom(1), [3, 2]) };
    const bool = (graph: GraphBuilder, value: number) => graph.constant(tensor('bool', [], Uint8Array.of(value)));
    const ratio = (graph: GraphBuilder, value: number) => graph.constant(tensor('float64', [], Float64Array.of(value)));
    const builds: readonly TestedGraph[] = [
      (graph) => graph.node('Dropout', ['x']),
      (graph) => graph.node('Dropout', ['x', ratio(graph, 0.4), bool(graph, 0)]),
      (graph) => graph.node('Dropout', ['x', ratio(graph, 0), bool(graph, 1)]),
    ];
    for (const build of builds) expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });
});

/** Numbers that differ by at least 0.5 within each group of six, so that no variance is near 0. */
function spread(random: () => number, dims: readonly number[]) {
  const value = randomFloat32(random, dims, 0.2);
  return { ...value, data: value.data.map((entry, at) => entry + (at % 6) - 2.5) };
}

describe('gradients are refused', () => {
  const values = Object.fromEntries(
    ['scale', 'bias', 'mean', 'variance'].map((name) => [name, randomFloat64(seededRandom(1), [2], 0.5, 1)]),
  );
  const point = { x: randomFloat64(seededRandom(2), [3, 2]), ...values };

  test('where a loss depends on running statistics', async () => {
    const build: TestedGraph = (graph) =>
      graph.nodeWithOutputs(3, 'BatchNormalization', Object.keys(point), { training_mode: 1 });
    await expect(gradientError(point, build)).rejects.toThrow(/running statistics that no loss depends on/);
  });

  test('where a loss depends on the statistics of LayerNormalization', async () => {
    const build: TestedGraph = (graph) => {
      const [, mean = ''] = graph.nodeWithOutputs(2, 'LayerNormalization', ['x', 'scale']);
      return graph.node('Cast', [mean], { to: DATA_TYPE.float64 });
    };
    await expect(gradientError(point, build)).rejects.toThrow(/statistics that no loss depends on/);
  });

  test('of GroupNormalization with a scale per group', async () => {
    const build: TestedGraph = (graph) => graph.node('GroupNormalization', ['x', 'scale', 'bias'], { num_groups: 2 });
    await expect(gradientError(point, build, 'sizes', 20)).rejects.toThrow(/an operator set of at least 21, got 20/);
  });
});

test('every rule of this folder is checked above', () => {
  const checked = ['BatchNormalization', 'Dropout', 'GroupNormalization', 'InstanceNormalization'];
  checked.push('LayerNormalization', 'LpNormalization');
  expect(checked.sort()).toEqual(Object.keys(NORMALIZATION_GRADIENTS).sort());
});
