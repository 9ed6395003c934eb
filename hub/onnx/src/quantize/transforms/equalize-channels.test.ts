import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Model, withGraph } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { toValueInfo } from '../../graph/value-type.ts';
import { modelStats } from '../../inspect/model-stats.ts';
import { optimize } from '../../passes/optimize.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { float32, int64, scalar, type TensorOf } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { realModel } from '../../testing/real-models.ts';
import { expectSameOutputs } from '../../testing/same-outputs.ts';
import { equalizeChannels } from './equalize-channels.ts';

/** Each product is rounded to float32 twice, before and after; errors of some layers add up. */
const TOLERANCE = 1e-5;

/** Weights whose channels along `axis` differ by factors up to 2^8. */
function spreadWeights(random: () => number, dims: readonly number[], axis: number): TensorOf<'float32'> {
  const factors = Array.from({ length: dims[axis] ?? 1 }, () => 2 ** (16 * random() - 8));
  const stride = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const { data } = randomFloat32(random, dims);
  return float32(
    data.map((entry, at) => entry * (factors[Math.floor(at / stride) % factors.length] ?? 1)),
    dims,
  );
}

/** Largest ratio of the largest weights of a channel in front and behind, over the channels of the two constants. */
function imbalance(
  model: Model,
  front: { node: number; axis: number },
  behind: { node: number; axis: number },
): number {
  const types = inferTypes(model);
  const [left, right] = [front, behind].map(({ node, axis }) => {
    const { dims, data } = types.constants.get(model.graph.node[node]?.input[1] ?? '') as TensorOf<'float32'>;
    const stride = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
    const maxima = new Float64Array(dims[axis] ?? 0);
    for (const [at, entry] of data.entries()) {
      const channel = Math.floor(at / stride) % maxima.length;
      maxima[channel] = Math.max(maxima[channel] ?? 0, Math.abs(entry));
    }
    return maxima;
  });
  return Math.max(...[...left!].map((entry, at) => Math.max(entry / right![at]!, right![at]! / entry)));
}

const BETWEEN: Readonly<Record<string, (graph: GraphBuilder, value: string, random: () => number) => string>> = {
  nothing: (_, value) => value,
  Relu: (graph, value) => graph.node('Relu', [value]),
  LeakyRelu: (graph, value) => graph.node('LeakyRelu', [value], { alpha: { floats: 0.1 } }),
  PRelu: (graph, value, random) => graph.node('PRelu', [value, graph.constant(randomFloat32(random, [6, 1, 1]))]),
  'a Clip that is a Relu': (graph, value) => graph.node('Clip', [value, graph.constant(scalar(0))]),
  MaxPool: (graph, value) => graph.node('MaxPool', [value], { kernel_shape: [2, 2] }),
  AveragePool: (graph, value) => graph.node('AveragePool', [value], { kernel_shape: [2, 2], pads: [1, 1, 0, 0] }),
  Pad: (graph, value) => graph.node('Pad', [value, graph.constant(int64([0, 0, 1, 1, 0, 0, 1, 0]))]),
  'an added constant for all': (graph, value) => graph.node('Add', [value, graph.constant(scalar(0.7))]),
  'a constant per channel': (graph, value, random) =>
    graph.node('Sub', [value, graph.constant(randomFloat32(random, [1, 6, 1, 1]))]),
  'a constant minus the value': (graph, value, random) =>
    graph.node('Sub', [graph.constant(randomFloat32(random, [6, 1, 1])), value]),
  'a factor per channel': (graph, value, random) =>
    graph.node('Mul', [graph.constant(randomFloat32(random, [6, 1, 1])), value]),
  'several of them': (graph, value) => {
    const pooled = graph.node('MaxPool', [graph.node('Relu', [value])], { kernel_shape: [2, 2], strides: [2, 2] });
    return graph.node('Identity', [graph.node('Neg', [pooled])]);
  },
};

interface Layers {
  readonly between: string;
  readonly seed: number;
  readonly hasBias: boolean;
  /** Of the second convolution, over 6 channels. */
  readonly groups: 1 | 2 | 6;
}

/** image [2, 3, 8, 8] -> Conv to 6 channels -> something -> Conv. */
function convolutions({ between, seed, hasBias, groups }: Layers): Model {
  const [graph, random] = [new GraphBuilder(), seededRandom(seed)];
  graph.input('image', 'float32', ['batch', 3, 8, 8]);
  const bias = hasBias ? graph.constant(randomFloat32(random, [6], 4)) : undefined;
  const first = graph.node('Conv', ['image', graph.constant(spreadWeights(random, [6, 3, 3, 3], 0)), bias]);
  const middle = BETWEEN[between]!(graph, first, random);
  const weights = graph.constant(spreadWeights(random, [6, 6 / groups, 3, 3], 1));
  graph.node(
    'Conv',
    [middle, weights, graph.constant(randomFloat32(random, [6]))],
    { group: groups },
    { outputs: ['y'] },
  );
  return graph.output('y', 'float32').build();
}

const IMAGES = { image: randomFloat32(seededRandom(9), [2, 3, 8, 8]) };

describe('equalizeChannels', () => {
  it.each(Object.keys(BETWEEN))('keeps outputs and balances channels through %s', async (between) => {
    for (const groups of [1, 6] as const) {
      const model = convolutions({ between, seed: 4, hasBias: true, groups });
      const equalized = equalizeChannels(model);
      await expectSameOutputs(model, equalized, IMAGES, TOLERANCE);
      const last = equalized.graph.node.length - 1;
      // A depthwise convolution has its channels on the first axis. Sweeps stop below a change of 1 %.
      const behind = { node: last, axis: groups === 1 ? 1 : 0 };
      expect(imbalance(equalized, { node: 0, axis: 0 }, behind)).toBeLessThan(1.03);
      expect(imbalance(model, { node: 0, axis: 0 }, behind)).toBeGreaterThan(4);
    }
  });

  it('keeps outputs of any two convolutions', async () => {
    const layers = fc.record({
      between: fc.constantFrom(...Object.keys(BETWEEN)),
      seed: fc.nat(10_000),
      hasBias: fc.boolean(),
      groups: fc.constantFrom(1 as const, 2 as const, 6 as const),
    });
    await fc.assert(
      fc.asyncProperty(layers, async (chosen) => {
        const model = convolutions(chosen);
        await expectSameOutputs(model, equalizeChannels(model), IMAGES, TOLERANCE);
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it('balances a chain whose nodes share weights with both sides', async () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(3)];
    graph.input('image', 'float32', ['batch', 3, 8, 8]);
    const layer = (value: string, dims: readonly number[], group = 1): string => {
      const weights = graph.constant(spreadWeights(random, dims, 0));
      return graph.node('Relu', [
        graph.node('Conv', [value, weights, graph.constant(randomFloat32(random, [6]))], { group }),
      ]);
    };
    const depthwise = layer(layer('image', [6, 3, 3, 3]), [6, 1, 3, 3], 6);
    const flat = graph.node('Flatten', [graph.node('GlobalAveragePool', [layer(depthwise, [6, 6, 1, 1])])]);
    graph.node('Gemm', [flat, graph.constant(randomFloat32(random, [4, 6]))], { transB: 1 }, { outputs: ['y'] });
    const model = graph.output('y', 'float32', ['batch', 4]).build();
    const equalized = equalizeChannels(model);
    await expectSameOutputs(model, equalized, IMAGES, TOLERANCE);
    // Nodes: Conv, Relu, Conv, Relu, Conv, Relu, GlobalAveragePool, Flatten, Gemm.
    for (const [front, node, axis] of [
      [0, 2, 0],
      [2, 4, 1],
      [4, 8, 1],
    ] as const) {
      expect(imbalance(equalized, { node: front, axis: 0 }, { node, axis })).toBeLessThan(1.05);
    }
  });

  it('goes through Flatten into a dense layer, and through the bias of a MatMul', async () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(3)];
    graph.input('image', 'float32', ['batch', 3, 8, 8]);
    const filtered = graph.node('Conv', ['image', graph.constant(spreadWeights(random, [6, 3, 3, 3], 0))]);
    const flat = graph.node('Flatten', [graph.node('Relu', [filtered])]);
    const matrix = graph.constant(spreadWeights(random, [6 * 36, 5], 1));
    const shifted = graph.node('Add', [
      graph.constant(randomFloat32(random, [5])),
      graph.node('MatMul', [flat, matrix]),
    ]);
    const dense = graph.node('Relu', [shifted]);
    graph.node(
      'Gemm',
      [dense, graph.constant(randomFloat32(random, [5, 2])), graph.constant(scalar(1))],
      { beta: { floats: 2 } },
      { outputs: ['y'] },
    );
    const model = graph.output('y', 'float32', ['batch', 2]).build();
    const equalized = equalizeChannels(model);
    await expectSameOutputs(model, equalized, IMAGES, TOLERANCE);
    // Nodes: Conv, Relu, Flatten, MatMul, Add, Relu, Gemm.
    expect(imbalance(equalized, { node: 3, axis: 1 }, { node: 6, axis: 0 })).toBeLessThan(1.05);
    expect(imbalance(model, { node: 3, axis: 1 }, { node: 6, axis: 0 })).toBeGreaterThan(4);
  });

  it('leaves channels without weights as they are', async () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(1)];
    graph.input('image', 'float32', ['batch', 3, 8, 8]);
    const weights = spreadWeights(random, [6, 3, 3, 3], 0);
    weights.data.fill(0, 0, 27);
    const first = graph.node('Conv', ['image', graph.constant(weights), graph.constant(randomFloat32(random, [6]))]);
    graph.node('Conv', [first, graph.constant(randomFloat32(random, [2, 6, 1, 1]))], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    await expectSameOutputs(model, equalizeChannels(model), IMAGES, TOLERANCE);
  });

  it('keeps the outputs of a MobileNet that reads the direction of text', async () => {
    const { model } = optimize(upgradeOpset(realModel('text-direction'), OLDEST_SUPPORTED_OPSET));
    const equalized = equalizeChannels(model);
    const [input] = modelStats(model).inputs;
    const feeds = { [input!.name]: randomFloat32(seededRandom(1), [2, 3, 48, 192]) };
    await expectSameOutputs(model, equalized, feeds, 1e-4);
    const scaled = equalized.graph.initializer.filter(({ name }) => name?.includes('_scaled'));
    expect(scaled.length).toBeGreaterThan(30);
  });

  it('gives nodes that share weights weights of their own', async () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(1)];
    graph.input('image', 'float32', ['batch', 3, 8, 8]);
    const shared = graph.constant(spreadWeights(random, [3, 3, 3, 3], 0));
    const bias = graph.constant(randomFloat32(random, [3]));
    const first = graph.node('Conv', ['image', shared, bias]);
    graph.node('Conv', [graph.node('Conv', [first, shared, bias]), shared, bias], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    const equalized = equalizeChannels(model);
    await expectSameOutputs(model, equalized, IMAGES, TOLERANCE);
    expect(new Set(equalized.graph.node.map(({ input }) => input[1])).size).toBe(3);
  });

  it('leaves alone constants that a caller may replace', () => {
    const model = convolutions({ between: 'Relu', seed: 1, hasBias: true, groups: 1 });
    const { graph } = model;
    const input = graph.initializer.map(({ name, dims }) =>
      toValueInfo(name ?? '', { type: 'float32', dims: dims.map(Number) }),
    );
    const open = withGraph(model, { input: [...graph.input, ...input] });
    expect(equalizeChannels(open)).toBe(open);
  });

  const REFUSED: Readonly<Record<string, (graph: GraphBuilder, value: string) => string>> = {
    'bounds that do not move': (graph, value) =>
      graph.node('Clip', [value, graph.constant(scalar(0)), graph.constant(scalar(6))]),
    'a function that is not homogeneous': (graph, value) => graph.node('Sigmoid', [value]),
    'values that something else reads': (graph, value) => graph.node('Add', [graph.node('Relu', [value]), value]),
    'values that are outputs': (graph, value) => {
      graph.output(value, 'float32');
      return value;
    },
    'padding with numbers': (graph, value) =>
      graph.node('Pad', [value, graph.constant(int64([0, 0, 1, 1, 0, 0, 1, 0])), graph.constant(scalar(1))]),
    'places of channels that change': (graph, value) => graph.node('Transpose', [value], { perm: [0, 2, 1, 3] }),
  };
  it.each(Object.keys(REFUSED))('leaves alone %s', (between) => {
    const [graph, random] = [new GraphBuilder(), seededRandom(1)];
    graph.input('image', 'float32', ['batch', 3, 8, 8]);
    const first = graph.node('Conv', ['image', graph.constant(spreadWeights(random, [6, 3, 3, 3], 0))]);
    const middle = REFUSED[between]!(graph, first);
    graph.node('Conv', [middle, graph.constant(randomFloat32(random, [2, 6, 1, 1]))], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    expect(equalizeChannels(model)).toBe(model);
  });
});
