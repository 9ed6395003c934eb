import { buildTrainingGraph, firstState, nextState, stateByName, type Tensor, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { setRandomWeights } from '../../testing/layer-parity.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { SeededRandom } from '../seeded-random.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import { exportLayersModel } from './export-layers-model.ts';
import type { WeightLink } from './exported-layers.ts';

/** float32 gradients in another order of sums, through several layers. */
const TOLERANCE = 2e-5;
const LEARNING_RATE = 0.1;
const STEPS = 3;

const { layers } = tf;

/** Values of the weights of a network after steps of gradient descent on the mean squared error, by name. */
type Weights = ReadonlyMap<string, Float32Array>;

async function trainedHere(network: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): Promise<Weights> {
  network.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(LEARNING_RATE) });
  for (let step = 0; step < STEPS; step++) await network.trainOnBatch(x, y);
  return new Map(network.weights.map((weight) => [weight.originalName, Float32Array.from(weight.read().dataSync())]));
}

async function trainedAsOnnx(network: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): Promise<Weights> {
  const { model, weights } = exportLayersModel(network, { purpose: 'training', inputs: ['x'], outputs: ['y'] });
  const trainable = weights.filter(({ isTrainable }) => isTrainable).map(({ initializer }) => initializer);
  const loss = { kind: 'mean-squared-error', output: 'y' } as const;
  const graph = buildTrainingGraph(model, { loss, optimizer: { kind: 'sgd' }, trainable });
  const runner = await new OrtEngine().open(writeModel(graph.model));
  let state: Record<string, Tensor> = firstState(graph);
  for (let step = 0; step < STEPS; step++) {
    const rate = { type: 'float32', dims: [], data: Float32Array.of(LEARNING_RATE) } as const;
    state = nextState(
      graph,
      await runner.run({ ...state, x: floats(x), [graph.labels]: floats(y), [graph.learningRate]: rate }),
    );
  }
  await runner.close();
  return valuesBehind(weights, stateByName(graph, state));
}

function floats(value: tf.Tensor): Tensor {
  return { type: 'float32', dims: value.shape, data: Float32Array.from(value.dataSync()) };
}

function valuesBehind(links: readonly WeightLink[], state: ReadonlyMap<string, Float32Array>): Weights {
  const changed = links.flatMap((link) => {
    const values = state.get(link.initializer);
    return values === undefined ? [] : link.fromOnnx(values).map((own, at) => [link.weights[at]!, own] as const);
  });
  return new Map(changed);
}

const image = (...others: tf.layers.Layer[]): tf.layers.Layer[] => [
  layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
  ...others,
];

/** Without equal values, of which the two libraries take another one as the greatest. */
const linear = (...others: tf.layers.Layer[]): tf.layers.Layer[] => [
  layers.conv2d({ inputShape: [7, 7, 2], filters: 3, kernelSize: 3 }),
  ...others,
];

const NETWORKS: Record<string, () => tf.layers.Layer[]> = {
  'dense layers': () => [
    layers.dense({ units: 5, inputShape: [4], activation: 'tanh' }),
    layers.dense({ units: 3, activation: 'sigmoid' }),
  ],
  'dense layers over sequences': () => [
    layers.dense({ units: 5, inputShape: [3, 4], activation: 'gelu' }),
    layers.globalAveragePooling1d(),
  ],
  'a convolution in front of dense layers': () => image(layers.flatten(), layers.dense({ units: 2 })),
  'batch normalization': () => image(layers.batchNormalization(), layers.globalAveragePooling2d({})),
  'layer normalization': () => image(layers.layerNormalization(), layers.flatten(), layers.dense({ units: 2 })),
  'separable convolutions': () =>
    image(
      layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu6' }),
      layers.depthwiseConv2d({ kernelSize: 2 }),
      layers.globalAveragePooling2d({}),
    ),
  'transposed convolutions': () =>
    linear(layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }), layers.flatten()),
  maxima: () => linear(layers.maxPooling2d({ poolSize: 2, padding: 'same' }), layers.globalMaxPooling2d({})),
  averages: () => linear(layers.averagePooling2d({ poolSize: 3, strides: 2 }), layers.flatten()),
  padding: () => linear(layers.zeroPadding2d({}), layers.flatten()),
  cropping: () =>
    linear(
      layers.cropping2D({
        cropping: [
          [1, 0],
          [0, 1],
        ],
      } as never),
      layers.flatten(),
    ),
  'enlarging smoothly': () => linear(layers.upSampling2d({ interpolation: 'bilinear' }), layers.flatten()),
  'convolutions over sequences': () => [
    layers.conv1d({ inputShape: [8, 3], filters: 4, kernelSize: 3, padding: 'same', activation: 'swish' }),
    layers.maxPooling1d({ poolSize: 2 }),
    layers.prelu(),
    layers.flatten(),
    layers.dense({ units: 2 }),
  ],
  embeddings: () => [
    layers.embedding({ inputDim: 2, outputDim: 3, inputLength: 5 }),
    layers.flatten(),
    layers.dense({ units: 2 }),
  ],
  activations: () => [
    layers.dense({ units: 5, inputShape: [4], activation: 'elu' }),
    layers.dense({ units: 5, activation: 'selu' }),
    layers.dense({ units: 5, activation: 'mish' }),
    layers.dense({ units: 5, activation: 'softplus' }),
    layers.leakyReLU(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ],
};

describe('an export for training makes the steps that TensorFlow.js makes:', () => {
  test.each(Object.entries(NETWORKS))('%s', async (_name, make) => {
    const network = tf.sequential({ layers: make() });
    setRandomWeights(network, new SeededRandom(6));
    const shape = (symbol: tf.SymbolicTensor): number[] => symbol.shape.map((size) => size ?? 4);
    const x = tf.randomUniform(shape(network.inputs[0]!), 0, 2, 'float32', 3);
    const y = tf.randomUniform(shape(network.outputs[0]!), 0, 1, 'float32', 4);
    const actual = await trainedAsOnnx(network, x, y);
    const expected = await trainedHere(network, x, y);
    expect(new Set(actual.keys())).toEqual(new Set(expected.keys()));
    for (const [name, values] of expected) {
      const differences = values.map((value, at) => Math.abs(value - actual.get(name)![at]!));
      expect(Math.max(...differences), name).toBeLessThan(TOLERANCE);
    }
  });
});

describe('dropout in an export for training', () => {
  const DROPPED = 0.5;

  /** Of every column of the hidden sequence, which entries were dropped in a step: what is left has no gradient. */
  test.each([
    ['drops single entries', layers.dropout({ rate: DROPPED }), false],
    ['drops whole channels of a sequence', layers.spatialDropout1d({ rate: DROPPED }), true],
    [
      'drops together where its noise has size 1',
      layers.dropout({ rate: DROPPED, noiseShape: [null as never, 1, null as never] }),
      true,
    ],
  ] as const)('%s', async (_what, dropout, isTogether) => {
    const steps = 16;
    const weighted = layers.conv1d({ inputShape: [steps, 1], filters: 8, kernelSize: 1, useBias: false });
    const network = tf.sequential({ layers: [weighted, dropout] });
    const { model, weights } = exportLayersModel(network, { purpose: 'training', inputs: ['x'], outputs: ['y'] });
    const loss = { kind: 'mean-squared-error', output: 'y' } as const;
    const graph = buildTrainingGraph(model, {
      loss,
      optimizer: { kind: 'sgd' },
      trainable: weights.map(({ initializer }) => initializer),
    });
    const runner = await new OrtEngine().open(writeModel(graph.model));
    const rows = 64;
    const x = { type: 'float32', dims: [rows, steps, 1], data: new Float32Array(rows * steps).fill(1) } as const;
    const labels = { type: 'float32', dims: [rows, steps, 8], data: new Float32Array(rows * steps * 8) } as const;
    const rate = { type: 'float32', dims: [], data: Float32Array.of(1) } as const;
    const losses: number[] = [];
    let state: Record<string, Tensor> = firstState(graph);
    for (let step = 0; step < 2; step++) {
      const outputs = await runner.run({ ...state, x, [graph.labels]: labels, [graph.learningRate]: rate });
      losses.push((outputs[graph.loss]!.data as Float32Array)[0]!);
      state = { ...nextState(graph, outputs), ...pickWeights(firstState(graph)) };
    }
    await runner.close();
    const kernel = weights[0]!.fromOnnx(graph.state[0]!.initial)[0]!;
    const square = kernel.reduce((sum, value) => sum + value * value, 0) / 8;
    // Half of the entries count four times: on average twice the square, the same mask never twice.
    expect(Math.abs(losses[0]! / square - 2)).toBeLessThan(isTogether ? 0.5 : 0.2);
    expect(losses[0]).not.toBe(losses[1]);
    function pickWeights(first: Record<string, Tensor>): Record<string, Tensor> {
      return Object.fromEntries(
        graph.state.filter(({ kind }) => kind === 'weight').map(({ input }) => [input, first[input]!]),
      );
    }
  });
});
