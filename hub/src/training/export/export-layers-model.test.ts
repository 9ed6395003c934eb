import { checkModel, type Model } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../../errors.ts';
import { parityOf, setRandomWeights } from '../../testing/layer-parity.ts';
import { SeededRandom } from '../seeded-random.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import { exportLayersModel } from './export-layers-model.ts';

/** float32 sums in another order. */
const TOLERANCE = 1e-5;

const { layers } = tf;

function count(model: Model, operator: string): number {
  return model.graph.node.filter(({ opType }) => opType === operator).length;
}

function names(values: readonly { readonly name?: string | null }[]): string[] {
  return values.map(({ name }) => name ?? '');
}

function imageNetwork(): tf.Sequential {
  return tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [12, 12, 3], filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.batchNormalization(),
      layers.maxPooling2d({}),
      layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same' }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.activation({ activation: 'tanh' }),
      layers.dense({ units: 6, activation: 'relu' }),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
  });
}

describe('an exported network', () => {
  test('changes the order of an image once, where it comes in', async () => {
    const { model, difference } = await parityOf(imageNetwork());
    expect(difference).toBeLessThan(TOLERANCE);
    expect(count(model, 'Transpose')).toBe(1);
  });

  test('changes no order when images come channel first', async () => {
    const { model, difference } = await parityOf(imageNetwork(), { inputs: ['image'], channelFirst: ['image'] });
    expect(difference).toBeLessThan(TOLERANCE);
    expect(count(model, 'Transpose')).toBe(0);
    const dims = model.graph.input[0]?.type?.tensorType?.shape?.dim?.map((dim) => dim.dimParam || Number(dim.dimValue));
    expect(dims).toEqual(['batch', 3, 12, 12]);
  });

  test('has its inputs and outputs under the names that were asked for, else under those of the layers', () => {
    const given = [tf.input({ shape: [3], name: 'table' }), tf.input({ shape: [2], name: 'other' })];
    const joined = layers.concatenate().apply(given) as tf.SymbolicTensor;
    const outputs = ['left', 'right'].map(
      (name) => layers.dense({ units: 2, name }).apply(joined) as tf.SymbolicTensor,
    );
    const network = tf.model({ inputs: given, outputs });
    const { model } = exportLayersModel(network);
    expect([names(model.graph.input), names(model.graph.output)]).toEqual([
      ['table', 'other'],
      ['left', 'right'],
    ]);
    const renamed = exportLayersModel(network, { inputs: ['a', 'b'], outputs: ['c', 'd'] }).model;
    expect([names(renamed.graph.input), names(renamed.graph.output)]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('gives one value as two outputs, and an input as an output', async () => {
    const input = tf.input({ shape: [3], name: 'x' });
    const hidden = layers.dense({ units: 2 }).apply(input) as tf.SymbolicTensor;
    const same = layers.dropout({ rate: 0.1 }).apply(hidden) as tf.SymbolicTensor;
    const passed = layers.activation({ activation: 'linear' }).apply(input) as tf.SymbolicTensor;
    const network = tf.model({ inputs: input, outputs: [hidden, same, passed] });
    const { model, difference } = await parityOf(network, { outputs: ['a', 'b', 'c'] });
    expect(difference).toBeLessThan(TOLERANCE);
    expect(names(model.graph.output)).toEqual(['a', 'b', 'c']);
  });

  test('has the weights of a shared layer once', async () => {
    const shared = layers.dense({ units: 3, name: 'shared' });
    const given = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
    const outputs = layers.add().apply(given.map((x) => shared.apply(x) as tf.SymbolicTensor)) as tf.SymbolicTensor;
    const { model, difference } = await parityOf(tf.model({ inputs: given, outputs }));
    expect(difference).toBeLessThan(TOLERANCE);
    expect(names(model.graph.initializer).sort()).toEqual(['shared/bias', 'shared/kernel']);
  });

  test('has the weights of a shared layer once even where its calls lie differently in the graph', async () => {
    const input = tf.input({ shape: [4, 4, 2] });
    const shared = layers.dense({ units: 3, name: 'shared' });
    const plain = layers.flatten().apply(input) as tf.SymbolicTensor;
    const convolution = layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'convolution' });
    const flat = layers.flatten().apply(convolution.apply(input)) as tf.SymbolicTensor;
    const outputs = [flat, plain].map((x) => shared.apply(x) as tf.SymbolicTensor);
    const network = tf.model({ inputs: input, outputs });
    const { difference } = await parityOf(network);
    expect(difference).toBeLessThan(TOLERANCE);
    const { weights } = exportLayersModel(network);
    expect(weights.map(({ initializer }) => initializer).sort()).toEqual([
      'convolution/bias',
      'convolution/kernel',
      'shared/bias',
      'shared/kernel',
    ]);
  });

  test('holds networks that are layers of it, also shared ones', async () => {
    const inner = tf.sequential({
      layers: [layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 }), layers.flatten()],
    });
    const side = tf.input({ shape: [5], name: 'side' });
    const sideModel = tf.model({
      inputs: side,
      outputs: layers.dense({ units: 3 }).apply(side) as tf.SymbolicTensor,
    });
    const given = [tf.input({ shape: [6, 6, 1] }), tf.input({ shape: [6, 6, 1] }), tf.input({ shape: [5] })];
    const parts = [inner.apply(given[0]!), inner.apply(given[1]!), sideModel.apply(given[2]!)] as tf.SymbolicTensor[];
    const joined = layers.concatenate().apply(parts);
    const outputs = layers.dense({ units: 2 }).apply(joined) as tf.SymbolicTensor;
    const { model, difference } = await parityOf(tf.model({ inputs: given, outputs }));
    expect(difference).toBeLessThan(TOLERANCE);
    expect(model.graph.initializer.filter(({ name }) => name?.endsWith('kernel'))).toHaveLength(3);
  });

  test('takes images of any size', async () => {
    const network = tf.sequential({
      layers: [
        layers.conv2d({ inputShape: [null as never, null as never, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2, strides: 2, padding: 'same' }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 2 }),
      ],
    });
    expect((await parityOf(network, { feeds: [tf.randomUniform([2, 9, 8, 3])] })).difference).toBeLessThan(TOLERANCE);
  });

  test('has the same bytes for the same weights', () => {
    const [left, right] = [1, 2].map(() => {
      const network = tf.sequential({
        name: 'network',
        layers: [layers.dense({ units: 2, inputShape: [3], name: 'only' })],
      });
      setRandomWeights(network, new SeededRandom(3));
      return exportLayersModel(network).model;
    });
    expect(left).toEqual(right);
  });
});

describe('a link to the weights', () => {
  test('brings every weight into the graph and back', () => {
    const network = imageNetwork();
    setRandomWeights(network, new SeededRandom(2));
    const { weights } = exportLayersModel(network);
    const byName = new Map(network.weights.map((weight) => [weight.originalName, weight.read().dataSync()]));
    expect(new Set(weights.flatMap((link) => link.weights))).toEqual(new Set(byName.keys()));
    for (const link of weights) {
      const values = link.weights.map((name) => Float32Array.from(byName.get(name)!));
      expect(link.fromOnnx(link.toOnnx(values))).toEqual(values);
    }
  });

  test('says which weights gradients change', () => {
    const network = imageNetwork();
    network.layers[0]!.trainable = false;
    const frozen = exportLayersModel(network).weights.filter(({ isTrainable }) => !isTrainable);
    const expected = network.nonTrainableWeights.map(({ originalName }) => originalName);
    expect(frozen.flatMap(({ weights }) => weights).sort()).toEqual(expected.sort());
  });
});

class Doubled extends tf.layers.Layer {
  static className = 'Doubled';

  override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([x].flat()[0]!, 2);
  }
}

describe('a network that ONNX cannot express', () => {
  const dense = (): tf.layers.Layer => layers.dense({ units: 2, inputShape: [3] });

  test.each([
    [
      'a layer of its own',
      [dense(), new Doubled({ name: 'doubled' })],
      {},
      /Layer doubled \(Doubled\).*no form in ONNX/,
    ],
    [
      'noise that is trained',
      [dense(), layers.gaussianNoise({ stddev: 1, name: 'noise' })],
      { purpose: 'training' },
      /Layer noise \(GaussianNoise\).*cannot repeat/,
    ],
    ['too few names', [dense()], { inputs: [] }, /names for 1 inputs, got 0/],
    ['one name for two things', [dense()], { inputs: ['x'], outputs: ['x'] }, /must differ, got x twice/],
  ] as const)('is refused for %s', (_what, parts, options, message) => {
    const network = tf.sequential({ layers: [...parts] });
    const error = thrownBy(() => exportLayersModel(network, options));
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
  });

  test('is refused when it is random where it predicts', () => {
    const input = tf.input({ shape: [4, 4, 1] });
    const resized = layers.randomWidth({ factor: 0.5, name: 'random' } as never).apply(input) as tf.SymbolicTensor;
    const error = thrownBy(() => exportLayersModel(tf.model({ inputs: input, outputs: resized })));
    expect(error).toMatchObject({ message: expect.stringMatching(/Layer random \(RandomWidth\).*random/) });
  });

  test('is refused when it has no layers yet', () => {
    expect(thrownBy(() => exportLayersModel(tf.sequential()))).toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('is refused when two weights have one name', () => {
    const branch = (name: string) =>
      tf.sequential({ name, layers: [layers.dense({ units: 2, inputShape: [3], name: 'dense' })] });
    const input = tf.input({ shape: [3] });
    const parts = [branch('left'), branch('right')].map((part) => part.apply(input) as tf.SymbolicTensor);
    const network = tf.model({ inputs: input, outputs: layers.add().apply(parts) as tf.SymbolicTensor });
    expect(thrownBy(() => exportLayersModel(network))).toMatchObject({
      message: expect.stringMatching(/dense\/kernel/),
    });
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a model exported for training has no faults', () => {
  expect(checkModel(exportLayersModel(imageNetwork(), { purpose: 'training' }).model)).toEqual([]);
});
