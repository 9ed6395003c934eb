import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import type { Model } from '../format/messages.ts';
import { differentiate } from '../gradient/differentiate.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { arbitraryWindows } from '../testing/convolution-arbitraries.ts';
import { arbitrarySeed } from '../testing/gradient-arbitraries.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { type BatchLastModel, batchLast } from './batch-last.ts';

/** Both ways add in float32, in different orders. */
const TOLERANCE = 1e-4;
const RUNS = { seed: 4, numRuns: 15 } as const;
const BATCH = 3;

type Build = (graph: GraphBuilder, weight: (...dims: number[]) => string) => string;

/** A model from x [batch, ...dims] to y, with weights of which every one is named `weight`, `weight_1`, ... */
function modelOf(dims: readonly (number | string)[], build: Build, seed = 1): Model {
  const random = seededRandom(seed);
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', ...dims]);
  const value = build(graph, (...shape) => graph.constant(randomFloat32(random, shape), 'weight'));
  graph.node('Identity', [value], {}, { outputs: ['y'] });
  return graph.output('y', 'float32').build();
}

function weightsOf({ graph }: Model): string[] {
  return graph.initializer.flatMap(({ name, dataType }) =>
    name?.startsWith('weight') && dataType === 1 ? [name] : [],
  );
}

/** y and the gradients of x and of all weights, dY being y + 1. */
async function results(original: Model, { model, nodes, rules }: BatchLastModel, x: TensorOf<'float32'>) {
  const graph = GraphBuilder.extend(model);
  const seed = graph.node('Add', ['y', graph.constant(float32([1], []))]);
  const wanted = ['x', ...weightsOf(original)];
  const types = inferTypes(model);
  const gradients = differentiate(graph, { nodes, rules, types, seeds: new Map([['y', seed]]), wanted });
  for (const gradient of gradients.values()) graph.output(gradient, 'float32');
  const outputs = await (await ortSession(graph.build())).run({ x });
  return new Map([
    ['y', outputs['y']],
    ...[...gradients].map(([name, gradient]) => [name, outputs[gradient]] as const),
  ]);
}

/** Largest difference between what the lowered model gives and what the model gives, with the same gradients asked of both. */
async function largestDifference(model: Model, dims: readonly number[], seed = 2): Promise<number> {
  const lowered = batchLast(model, []);
  expect(lowered.model.graph.node.map(({ opType }) => opType)).not.toContain('Conv');
  const x = randomFloat32(seededRandom(seed), [BATCH, ...dims]);
  const expected = await results(model, { model, nodes: model.graph.node, rules: new Map() }, x);
  const got = await results(model, lowered, x);
  expect([...got.keys()]).toEqual([...expected.keys()]);
  const differences = [...expected].map(([name, value]) => {
    expect(got.get(name)?.dims).toEqual(value?.dims);
    const [left, right] = [value, got.get(name)].map((tensor) => tensor!.data as Float32Array);
    const scale = Math.max(1, ...left!.map(Math.abs));
    return Math.max(0, ...left!.map((entry, at) => Math.abs(entry - right![at]!) / scale));
  });
  return Math.max(...differences);
}

async function expectSame(dims: readonly number[], build: Build): Promise<void> {
  expect(await largestDifference(modelOf(dims, build), dims)).toBeLessThan(TOLERANCE);
}

const POOL = { kernel_shape: [2, 2], strides: [2, 2] };
const SAME = { pads: [1, 1, 1, 1] };

describe('a model with the batch last computes the same, and so do its gradients', () => {
  test('for convolutions with any window', async () => {
    const channels = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.boolean());
    const check = fc.asyncProperty(arbitraryWindows(), channels, arbitrarySeed, async (windows, drawn, seed) => {
      const [inside, outside, hasBias] = drawn;
      const { sizes, kernel, attributes } = windows;
      const dims = [inside, ...sizes];
      const model = modelOf(
        dims,
        (graph, weight) => {
          const bias = hasBias ? weight(outside) : '';
          return graph.node('Conv', ['x', weight(outside, inside, ...kernel), bias], attributes);
        },
        seed,
      );
      expect(await largestDifference(model, dims, seed)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, RUNS);
  });

  test('for depthwise convolutions with any window', async () => {
    const drawn = fc.tuple(fc.integer({ min: 2, max: 3 }), fc.boolean());
    const check = fc.asyncProperty(
      arbitraryWindows(),
      drawn,
      arbitrarySeed,
      async (windows, [group, hasBias], seed) => {
        const { sizes, kernel, attributes } = windows;
        const dims = [group, ...sizes];
        const model = modelOf(
          dims,
          (graph, weight) => {
            const parameters = [weight(group, 1, ...kernel), hasBias ? weight(group) : ''];
            return graph.node('Conv', ['x', ...parameters], { ...attributes, group });
          },
          seed,
        );
        expect(await largestDifference(model, dims, seed)).toBeLessThan(TOLERANCE);
      },
    );
    await fc.assert(check, RUNS);
  });

  for (const operator of ['MaxPool', 'AveragePool']) {
    test(`for ${operator} of any window behind a convolution`, async () => {
      const pooling = arbitraryWindows({ largestPad: (kernel) => kernel - 1 });
      const flags = fc.tuple(fc.boolean(), fc.nat(1));
      const check = fc.asyncProperty(pooling, flags, arbitrarySeed, async (windows, [isActive, include], seed) => {
        const { sizes, kernel, attributes } = windows;
        const dims = [2, ...sizes];
        const model = modelOf(
          dims,
          (graph, weight) => {
            const ones = sizes.map(() => 1);
            const convolved = graph.node('Conv', ['x', weight(3, 2, ...ones), weight(3)]);
            const active = isActive ? graph.node('Relu', [convolved]) : convolved;
            const padding = operator === 'AveragePool' ? { count_include_pad: include } : {};
            return graph.node(operator, [active], { ...attributes, ...padding, kernel_shape: kernel });
          },
          seed,
        );
        expect(await largestDifference(model, dims, seed)).toBeLessThan(TOLERANCE);
      });
      await fc.assert(check, RUNS);
    });
  }

  test('for a network of convolutions, poolings and dense layers', async () => {
    await expectSame([1, 10, 10], (graph, weight) => {
      const first = graph.node('Relu', [graph.node('Conv', ['x', weight(4, 1, 3, 3), weight(4)], SAME)]);
      const pooled = graph.node('MaxPool', [first], POOL);
      const second = graph.node('Conv', [pooled, weight(6, 4, 3, 3), weight(6)], SAME);
      const active = graph.node('LeakyRelu', [second], { alpha: float(0.1) });
      const flat = graph.node('Flatten', [graph.node('MaxPool', [active], POOL)]);
      return graph.node('Gemm', [flat, weight(24, 3), weight(3)]);
    });
  });

  test('for windows between which entries are skipped or left over', async () => {
    await expectSame([2, 7, 8], (graph, weight) => {
      const convolved = graph.node('Conv', ['x', weight(3, 2, 2, 2), weight(3)]);
      return graph.node('MaxPool', [convolved], { kernel_shape: [2, 1], strides: [3, 2] });
    });
  });

  test('for branches, sums, factors per channel and concatenations', async () => {
    await expectSame([3, 6, 5], (graph, weight) => {
      const left = graph.node('Conv', ['x', weight(4, 3, 3, 3), weight(4)], SAME);
      const right = graph.node('Sigmoid', [graph.node('Conv', ['x', weight(4, 3, 1, 1)])]);
      const sum = graph.node('Add', [graph.node('Mul', [left, weight(1, 4, 1, 1)]), right]);
      const shifted = graph.node('Sub', [sum, graph.constant(float32([0.5], []))]);
      const joined = graph.node('Concat', [shifted, left, graph.node('Tanh', [sum])], { axis: 1 });
      const narrow = graph.node('Conv', [joined, weight(2, 12, 3, 3), weight(2)], SAME);
      return graph.node('GlobalAveragePool', [graph.node('Add', [narrow, weight(2, 1, 1)])]);
    });
  });

  test('for factors per channel and row, and a mean over positions', async () => {
    for (const keepdims of [0, 1]) {
      await expectSame([2, 4, 3], (graph, weight) => {
        const convolved = graph.node('Conv', ['x', weight(4, 2, 3, 3), weight(4)], SAME);
        const squeezed = graph.node('Conv', [graph.node('GlobalAveragePool', [convolved]), weight(4, 4, 1, 1)]);
        const excited = graph.node('Mul', [graph.node('HardSigmoid', [squeezed]), convolved]);
        const attention = graph.node('Sigmoid', [graph.node('Conv', [excited, weight(1, 4, 1, 1)])]);
        const shifted = graph.node('Sum', [graph.node('Mul', [excited, attention]), weight(4, 1, 1), weight(1)]);
        const wide = graph.node('Concat', [graph.node('Transpose', ['x'], { perm: [0, 1, 2, 3] }), 'x'], { axis: 1 });
        const scaled = graph.node('Mul', [graph.node('Sum', [shifted, squeezed, weight(4, 1, 1)]), wide]);
        return graph.node('ReduceMean', [scaled, graph.constant(int64([3, -2]))], { keepdims });
      });
    }
  });

  test('for values that other operators read as they were', async () => {
    await expectSame([2, 4, 4], (graph, weight) => {
      const convolved = graph.node('Conv', ['x', weight(2, 2, 3, 3), weight(2)], SAME);
      const turned = graph.node('Transpose', [convolved], { perm: [0, 1, 3, 2] });
      const byPosition = graph.node('Mul', [convolved, weight(4, 4)]);
      const again = graph.node('Conv', [graph.node('Add', [turned, byPosition]), weight(3, 2, 2, 2)]);
      return graph.node('Relu', [graph.node('Add', [again, weight(1)])]);
    });
  });

  test.each([0, 1])('for batch normalization with training_mode %i', async (training_mode) => {
    await expectSame([1, 6, 6], (graph, weight) => {
      const convolved = graph.node('Conv', ['x', weight(4, 1, 3, 3)], SAME);
      const zeros = graph.constant(float32([0, 0, 0, 0]));
      const statistics = [zeros, graph.constant(float32([1, 2, 1, 0.5]))];
      const inputs = [convolved, weight(4), weight(4), ...statistics];
      const attributes = { training_mode, epsilon: float(0.1) };
      const [normalized = ''] = graph.nodeWithOutputs(training_mode ? 3 : 1, 'BatchNormalization', inputs, attributes);
      const pooled = graph.node('MaxPool', [graph.node('Relu', [normalized])], POOL);
      return graph.node('Conv', [pooled, weight(2, 4, 3, 3), weight(2)], SAME);
    });
  });

  test('for a series', async () => {
    await expectSame([4, 12], (graph, weight) => {
      const convolved = graph.node('Relu', [graph.node('Conv', ['x', weight(5, 4, 3), weight(5)], { pads: [1, 1] })]);
      const pooled = graph.node('MaxPool', [convolved], { kernel_shape: [3], strides: [3] });
      return graph.node('Transpose', [pooled], { perm: [2, 0, 1] });
    });
  });

  test('for many channels, whose columns are read twice and handled some at a time', async () => {
    await expectSame([8, 20, 20], (graph, weight) => graph.node('Conv', ['x', weight(2, 8, 3, 3), weight(2)], SAME));
    await expectSame([8, 20, 20], (graph, weight) => {
      const filtered = graph.node('Conv', ['x', weight(8, 8, 3, 3), weight(8)], SAME);
      return graph.node('MaxPool', [graph.node('Relu', [filtered])], POOL);
    });
  });
});

test('where several entries of a pooling are the largest the first takes the gradient', async () => {
  const model = modelOf([1, 2, 4], (graph, weight) => {
    const scaled = graph.node('Conv', ['x', weight(1, 1, 1, 1), graph.constant(float32([0]))]);
    return graph.node('MaxPool', [graph.node('Relu', [scaled])], POOL);
  });
  const x = float32([2, 2, -1, -1, 2, 2, -1, -1], [1, 1, 2, 4]);
  const weight = decodeTensor(model.graph.initializer.find(({ name }) => name === 'weight')!).data[0] as number;
  expect(weight).not.toBe(0);
  const gradient = (await results(model, batchLast(model, []), x)).get('x')?.data as Float32Array;
  expect([...gradient].map((entry) => entry !== 0)).toEqual([
    weight > 0,
    false,
    weight < 0,
    false,
    ...Array(4).fill(false),
  ]);
});

test('asked for values and outputs keep their names and shapes', async () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 1, 4, 4]);
  const kernel = graph.constant(randomFloat32(seededRandom(1), [2, 1, 3, 3]));
  graph.node('Conv', ['x', kernel], SAME, { outputs: ['convolved'] });
  graph.node('Relu', ['convolved'], {}, { outputs: ['active'] });
  graph.node('MaxPool', ['active'], POOL, { outputs: ['pooled'] });
  const model = graph.output('active', 'float32', ['batch', 2, 4, 4]).output('pooled', 'float32').build();
  const lowered = batchLast(model, ['convolved']);
  const extended = GraphBuilder.extend(lowered.model).output('convolved', 'float32').build();
  const x = randomFloat32(seededRandom(2), [2, 1, 4, 4]);
  const got = await (await ortSession(extended)).run({ x });
  const expected = await (await ortSession(GraphBuilder.extend(model).output('convolved', 'float32').build())).run({
    x,
  });
  for (const name of ['convolved', 'active', 'pooled']) {
    expect(got[name]?.dims).toEqual(expected[name]?.dims);
    const [left, right] = [got[name]!.data as Float32Array, expected[name]!.data as Float32Array];
    expect(Math.max(...left.map((entry, at) => Math.abs(entry - right[at]!)))).toBeLessThan(TOLERANCE);
  }
});

test.each<[string, readonly (number | string)[], Build]>([
  ['open sizes', [2, 'height', 4], (graph, weight) => graph.node('Conv', ['x', weight(2, 2, 1, 1)])],
  ['groups', [4, 4, 4], (graph, weight) => graph.node('Conv', ['x', weight(4, 2, 1, 1)], { group: 2 })],
  ['no convolution', [4, 4, 4], (graph) => graph.node('MaxPool', [graph.node('Relu', ['x'])], POOL)],
  [
    'columns that would fill the memory',
    [64, 64, 64],
    (graph, weight) => graph.node('Conv', ['x', weight(1, 64, 3, 3)], SAME),
  ],
])('a model with %s stays as it is', (_, dims, build) => {
  const model = modelOf(dims, build);
  const { nodes, rules } = batchLast(model, []);
  expect(rules.size).toBe(0);
  expect(nodes.map(({ opType }) => opType)).toEqual(model.graph.node.map(({ opType }) => opType));
});
