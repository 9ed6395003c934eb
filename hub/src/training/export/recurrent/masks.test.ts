import { describe, expect, test } from 'vitest';
import { parityOf, runExported } from '../../../testing/layer-parity.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { exportLayersModel } from '../export-layers-model.ts';

/** Recurrence adds the differences of single steps up. */
const TOLERANCE = 1e-4;
const UNITS = 4;

/** 0 is padding: behind, in front, in the middle, everywhere, nowhere. */
const WORDS = [
  [3, 1, 2, 0, 0],
  [0, 0, 4, 1, 1],
  [0, 2, 0, 3, 0],
  [0, 0, 0, 0, 0],
  [1, 2, 3, 4, 1],
];

const LAYERS = {
  SimpleRNN: (options: object) => tf.layers.simpleRNN({ units: UNITS, ...options }),
  GRU: (options: object) => tf.layers.gru({ units: UNITS, ...options } as never),
  LSTM: (options: object) => tf.layers.lstm({ units: UNITS, ...options } as never),
  'LSTM without an operator': (options: object) =>
    tf.layers.lstm({ units: UNITS, activation: 'gelu', ...options } as never),
  'stacked cells': (options: object) =>
    tf.layers.rnn({
      cell: [tf.layers.lstmCell({ units: 3 }), tf.layers.gruCell({ units: UNITS })] as never,
      ...options,
    }),
};

const FORMS = [
  {},
  { returnSequences: true },
  { goBackwards: true },
  { returnSequences: true, goBackwards: true },
  { returnSequences: true, returnState: true },
];

function words(): { readonly input: tf.SymbolicTensor; readonly embedded: tf.SymbolicTensor } {
  const input = tf.input({ shape: [5] });
  const embedding = tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true });
  return { input, embedded: embedding.apply(input) as tf.SymbolicTensor };
}

describe.each(Object.entries(LAYERS))('%s behind masked words', (_, layer) => {
  test.each(FORMS)('with %j gives what TensorFlow.js gives', async (form) => {
    const { input, embedded } = words();
    const outputs = layer(form).apply(embedded) as tf.SymbolicTensor;
    const { difference } = await parityOf(tf.model({ inputs: input, outputs }), { feeds: [tf.tensor(WORDS)] });
    expect(difference).toBeLessThan(TOLERANCE);
  });
});

describe.each(['GRU', 'LSTM'] as const)('%s behind masked words, with states that are given', (name) => {
  test.each(FORMS.slice(0, 4))('with %j keeps them where no word counts', async (form) => {
    const { input, embedded } = words();
    const states = (name === 'LSTM' ? [0, 1] : [0]).map(() => tf.input({ shape: [UNITS] }));
    const outputs = LAYERS[name](form).apply([embedded, ...states]) as tf.SymbolicTensor;
    const values = states.map((_, at) => tf.randomNormal([WORDS.length, UNITS], 0, 1, 'float32', at + 1));
    const network = tf.model({ inputs: [input, ...states], outputs });
    const { difference } = await parityOf(network, { feeds: [tf.tensor(WORDS), ...values] });
    expect(difference).toBeLessThan(TOLERANCE);
  });
});

test('a mask passes through layers of sequences', async () => {
  const network = tf.sequential();
  network.add(tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputLength: 5 }));
  network.add(tf.layers.lstm({ units: 4, returnSequences: true }));
  network.add(tf.layers.dropout({ rate: 0.5 }));
  network.add(tf.layers.gru({ units: 3, returnSequences: true, goBackwards: true }));
  network.add(tf.layers.simpleRNN({ units: 2 }));
  const { difference } = await parityOf(network, { feeds: [tf.tensor(WORDS)] });
  expect(difference).toBeLessThan(TOLERANCE);
});

test('steps of a masked value are skipped', async () => {
  const network = tf.sequential();
  network.add(tf.layers.masking({ maskValue: -1, inputShape: [3, 2] }));
  network.add(tf.layers.lstm({ units: 3, returnSequences: true }));
  const readings = [
    [
      [-1, -1],
      [0.5, -1],
      [2, 3],
    ],
    [
      [1, 1],
      [-1, -1],
      [0, 0],
    ],
  ];
  const { difference } = await parityOf(network, { feeds: [tf.tensor(readings)] });
  expect(difference).toBeLessThan(TOLERANCE);
});

test('masked values become zero in front of layers that read no mask', async () => {
  const network = tf.sequential({ layers: [tf.layers.masking({ inputShape: [4] }), tf.layers.dense({ units: 2 })] });
  const { difference } = await parityOf(network, {
    feeds: [
      tf.tensor([
        [0, 0, 0, 0],
        [0, 1, 0, 2],
      ]),
    ],
  });
  expect(difference).toBeLessThan(TOLERANCE);
});

test('a mask ends at a layer that passes none on, as in Keras', async () => {
  const network = (maskZero: boolean): tf.LayersModel =>
    tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero, inputLength: 5 }),
        tf.layers.conv1d({ filters: 3, kernelSize: 2 }),
        tf.layers.lstm({ units: 2 }),
      ],
    });
  const [masked, plain] = [network(true), network(false)];
  plain.setWeights(masked.getWeights());
  const { model } = exportLayersModel(masked);
  const [actual] = await runExported(model, [tf.tensor(WORDS)]);
  const expected = (plain.predict(tf.tensor(WORDS)) as tf.Tensor).dataSync();
  const differences = Array.from(expected, (value, at) => Math.abs(value - Number(actual?.data[at])));
  expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
});
