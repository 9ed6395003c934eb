import { describe, expect, test } from 'vitest';
import { parityOf } from '../../../testing/layer-parity.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { exportLayersModel } from '../export-layers-model.ts';

/** Recurrence adds the differences of single steps up. */
const TOLERANCE = 1e-4;
const WORDS = tf.tensor([
  [3, 1, 2, 0, 0],
  [0, 2, 0, 3, 0],
  [0, 0, 0, 0, 0],
]);

function network(layer: tf.layers.Layer, shape: (number | null)[]): tf.LayersModel {
  const input = tf.input({ shape });
  return tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
}

describe('a bidirectional layer', () => {
  const layers = {
    SimpleRNN: (options: object) => tf.layers.simpleRNN({ units: 3, ...options }),
    GRU: (options: object) => tf.layers.gru({ units: 3, ...options } as never),
    LSTM: (options: object) => tf.layers.lstm({ units: 3, ...options } as never),
    'LSTM without an operator': (options: object) =>
      tf.layers.lstm({ units: 3, activation: 'swish', ...options } as never),
  };
  const forms = [
    {},
    { returnSequences: true },
    { returnSequences: true, returnState: true },
    { returnSequences: true, goBackwards: true },
  ];
  const modes = ['concat', 'sum', 'mul', 'ave', null] as const;

  test.each(Object.entries(layers))('around %s gives what TensorFlow.js gives', async (_, layer) => {
    for (const form of forms) {
      for (const mergeMode of modes) {
        const made = tf.layers.bidirectional({ layer: layer(form) as never, mergeMode: mergeMode as 'sum' });
        expect((await parityOf(network(made, [5, 2]))).difference).toBeLessThan(TOLERANCE);
      }
    }
  });

  test.each(Object.entries(layers))(
    'around %s behind masked words gives what TensorFlow.js gives',
    async (_, layer) => {
      for (const form of forms) {
        const made = tf.sequential();
        made.add(tf.layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true, inputLength: 5 }));
        if ('returnState' in form) continue;
        made.add(tf.layers.bidirectional({ layer: layer(form) as never, mergeMode: 'concat' }));
        expect((await parityOf(made, { feeds: [WORDS] })).difference).toBeLessThan(TOLERANCE);
      }
    },
  );

  test('starts with the states that are given for each direction', async () => {
    const input = tf.input({ shape: [5, 2] });
    const states = ['h', 'c', 'back_h', 'back_c'].map((name) => tf.input({ shape: [3], name }));
    const made = tf.layers.bidirectional({
      layer: layers.LSTM({ returnSequences: true }) as never,
      mergeMode: 'concat',
    });
    const outputs = made.apply([input, ...states]) as tf.SymbolicTensor;
    expect((await parityOf(tf.model({ inputs: [input, ...states], outputs }))).difference).toBeLessThan(TOLERANCE);
  });
});

describe('a layer at each step', () => {
  const image = { filters: 3, kernelSize: 2 };
  const layers = {
    Dense: [() => tf.layers.dense({ units: 3, activation: 'relu' }), [4, 3]],
    'Dense over images': [() => tf.layers.dense({ units: 3 }), [4, 2, 3]],
    Conv2D: [() => tf.layers.conv2d({ ...image, padding: 'same', strides: 2 }), [4, 5, 5, 2]],
    MaxPooling2D: [() => tf.layers.maxPooling2d({ poolSize: 2 }), [4, 5, 4, 2]],
    Flatten: [() => tf.layers.flatten(), [4, 3, 2, 2]],
    Reshape: [() => tf.layers.reshape({ targetShape: [3, 2] }), [4, 6]],
    Dropout: [() => tf.layers.dropout({ rate: 0.5 }), [4, 6]],
    BatchNormalization: [() => tf.layers.batchNormalization(), [4, 6]],
    LSTM: [() => tf.layers.lstm({ units: 3 }), [4, 5, 2]],
    'LSTM with sequences': [() => tf.layers.lstm({ units: 3, returnSequences: true }), [4, 5, 2]],
    TimeDistributed: [() => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }), [4, 3, 2]],
    'open number of steps': [() => tf.layers.conv2d(image), [null, 4, 4, 1]],
    'open sizes': [() => tf.layers.conv2d(image), [4, null, null, 1]],
    'all sizes open': [() => tf.layers.conv2d(image), [null, null, null, 1]],
    'a nested network': [
      () =>
        tf.sequential({
          layers: [
            tf.layers.conv2d({ ...image, inputShape: [4, 4, 1] }),
            tf.layers.flatten(),
            tf.layers.dense({ units: 2 }),
          ],
        }),
      [3, 4, 4, 1],
    ],
  } as const satisfies Record<string, readonly [() => tf.layers.Layer, readonly (number | null)[]]>;

  test.each(Object.entries(layers))('%s gives what TensorFlow.js gives', async (_, [layer, shape]) => {
    const made = network(tf.layers.timeDistributed({ layer: layer() }), [...shape]);
    expect((await parityOf(made)).difference).toBeLessThan(TOLERANCE);
  });

  test('works between other layers, in whatever order its value lies', async () => {
    const made = tf.sequential();
    made.add(
      tf.layers.timeDistributed({
        layer: tf.layers.conv2d({ ...image, activation: 'relu' }),
        inputShape: [4, 5, 5, 1],
      }),
    );
    made.add(tf.layers.timeDistributed({ layer: tf.layers.maxPooling2d({ poolSize: 2 }) }));
    made.add(tf.layers.timeDistributed({ layer: tf.layers.flatten() }));
    made.add(tf.layers.lstm({ units: 3, returnSequences: true }));
    made.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }));
    made.add(tf.layers.gru({ units: 2 }));
    expect((await parityOf(made)).difference).toBeLessThan(TOLERANCE);
  });

  test('passes the mask of its steps on', async () => {
    const made = tf.sequential();
    made.add(tf.layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true, inputLength: 5 }));
    made.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }));
    made.add(tf.layers.lstm({ units: 3 }));
    expect((await parityOf(made, { feeds: [WORDS] })).difference).toBeLessThan(TOLERANCE);
  });

  test('is refused where a layer in it would read the mask of its steps', () => {
    const made = tf.sequential();
    made.add(tf.layers.masking({ inputShape: [4, 6] }));
    made.add(
      tf.layers.timeDistributed({
        layer: tf.sequential({
          layers: [tf.layers.reshape({ targetShape: [3, 2], inputShape: [6] }), tf.layers.lstm({ units: 2 })],
        }),
      }),
    );
    expect(() => exportLayersModel(made)).toThrow(/would read the mask of its steps as its own/);
  });

  test('is refused in training where it normalizes batches', () => {
    const made = network(tf.layers.timeDistributed({ layer: tf.layers.batchNormalization() }), [4, 6]);
    expect(() => exportLayersModel(made, { purpose: 'training' })).toThrow(/step by step/);
  });
});

describe('a convolutional LSTM', () => {
  const options = { filters: 3, kernelSize: 3 };
  const forms = [
    {},
    { returnSequences: true, padding: 'same' },
    { returnSequences: true, returnState: true, strides: 2, padding: 'same' },
    { goBackwards: true, returnSequences: true, dilationRate: 2, useBias: false },
    { activation: 'softmax', recurrentActivation: 'sigmoid', kernelSize: [2, 3] },
    { dropout: 0.5, recurrentDropout: 0.5 },
  ];

  test.each(forms)('with %j gives what TensorFlow.js gives', async (form) => {
    const made = network(tf.layers.convLstm2d({ ...options, ...form } as never), [3, 6, 5, 2]);
    expect((await parityOf(made)).difference).toBeLessThan(TOLERANCE);
  });

  test('channel first gives what TensorFlow.js gives', async () => {
    const form = { ...options, dataFormat: 'channelsFirst', returnSequences: true, padding: 'same' };
    const made = network(tf.layers.convLstm2d(form as never), [3, 2, 6, 5]);
    expect((await parityOf(made)).difference).toBeLessThan(TOLERANCE);
  });

  test('is refused for images of open sizes', () => {
    const made = network(tf.layers.convLstm2d(options as never), [3, null, null, 2]);
    expect(() => exportLayersModel(made)).toThrow(/the size of its images must be known/);
  });
});
