import { describe, expect, test } from 'vitest';
import { parityOf } from '../../../testing/layer-parity.ts';
import { tf } from '../../tensorflow/tensorflow.ts';

/** Recurrence adds the differences of single steps up. */
const TOLERANCE = 1e-4;
const STEPS = 6;
const FEATURES = 3;

const ACTIVATIONS = [
  ...['elu', 'gelu', 'gelu_new', 'hardSigmoid', 'linear', 'mish', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax'],
  ...['softplus', 'softsign', 'swish', 'tanh'],
] as const;

interface Options {
  readonly units?: number;
  readonly activation?: 'tanh';
  readonly recurrentActivation?: 'sigmoid';
  readonly useBias?: boolean;
  readonly returnSequences?: boolean;
  readonly returnState?: boolean;
  readonly goBackwards?: boolean;
  readonly unroll?: boolean;
  readonly dropout?: number;
  readonly recurrentDropout?: number;
  readonly implementation?: number;
}

const LAYERS = {
  SimpleRNN: (options: Options) => tf.layers.simpleRNN({ units: 4, ...options }),
  GRU: (options: Options) => tf.layers.gru({ units: 4, ...options } as never),
  LSTM: (options: Options) => tf.layers.lstm({ units: 4, ...options } as never),
};

const FORMS: readonly Options[] = [
  {},
  { returnSequences: true },
  { useBias: false },
  { goBackwards: true },
  { goBackwards: true, returnSequences: true },
  { returnState: true },
  { returnState: true, returnSequences: true, goBackwards: true },
  { units: 1 },
  { recurrentActivation: 'sigmoid' },
  { dropout: 0.5, recurrentDropout: 0.5, unroll: true, implementation: 1 },
  { implementation: 2 },
];

function network(layer: tf.layers.Layer, shape: (number | null)[] = [STEPS, FEATURES]): tf.LayersModel {
  const input = tf.input({ shape });
  return tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
}

describe.each(Object.entries(LAYERS))('%s', (_, layer) => {
  test.each(FORMS)('with %j gives what TensorFlow.js gives', async (form) => {
    const { difference } = await parityOf(network(layer(form)));
    expect(difference).toBeLessThan(TOLERANCE);
  });

  test.each(ACTIVATIONS)('with the activation %s gives what TensorFlow.js gives', async (name) => {
    for (const activations of [{ activation: name as 'tanh' }, { recurrentActivation: name as 'sigmoid' }]) {
      const { difference } = await parityOf(network(layer({ ...activations, returnSequences: true })));
      expect(difference).toBeLessThan(TOLERANCE);
    }
  });

  test('takes sequences of any length', async () => {
    const { difference } = await parityOf(network(layer({ returnSequences: true }), [null, FEATURES]));
    expect(difference).toBeLessThan(TOLERANCE);
  });

  test.each([{}, { returnSequences: true }, { goBackwards: true }])(
    'with %j starts with states that are given',
    async (form) => {
      const input = tf.input({ shape: [STEPS, FEATURES] });
      const made = layer({ ...form, returnState: true });
      const states = (layer === LAYERS.LSTM ? ['h', 'c'] : ['h']).map((name) =>
        tf.input({ shape: [4], name: `state_${name}` }),
      );
      const outputs = made.apply([input, ...states]) as tf.SymbolicTensor[];
      const { difference } = await parityOf(tf.model({ inputs: [input, ...states], outputs }));
      expect(difference).toBeLessThan(TOLERANCE);
    },
  );
});

test('layers behind each other keep time first between them', async () => {
  const made = tf.sequential();
  made.add(tf.layers.lstm({ units: 4, returnSequences: true, inputShape: [STEPS, FEATURES] }));
  made.add(tf.layers.gru({ units: 3, returnSequences: true }));
  made.add(tf.layers.simpleRNN({ units: 2 }));
  const { difference, model } = await parityOf(made);
  expect(difference).toBeLessThan(TOLERANCE);
  expect(model.graph.node.filter(({ opType }) => opType === 'Transpose')).toHaveLength(1);
});

describe('cells', () => {
  const cells = {
    SimpleRNNCell: () => tf.layers.simpleRNNCell({ units: 4 }),
    GRUCell: () => tf.layers.gruCell({ units: 4 }),
    LSTMCell: () => tf.layers.lstmCell({ units: 4 }),
    StackedRNNCells: () =>
      tf.layers.stackedRNNCells({
        cells: [
          tf.layers.lstmCell({ units: 3 }),
          tf.layers.gruCell({ units: 4 }),
          tf.layers.simpleRNNCell({ units: 2 }),
        ],
      }),
  };

  test.each(Object.entries(cells))('%s in an RNN layer gives what TensorFlow.js gives', async (_, cell) => {
    for (const form of FORMS.slice(0, 6)) {
      const { difference } = await parityOf(network(tf.layers.rnn({ cell: cell() as never, ...form })));
      expect(difference).toBeLessThan(TOLERANCE);
    }
  });

  test('in a list are stacked', async () => {
    const list = [tf.layers.lstmCell({ units: 3 }), tf.layers.lstmCell({ units: 2 })];
    const { difference } = await parityOf(network(tf.layers.rnn({ cell: list as never, returnState: true })));
    expect(difference).toBeLessThan(TOLERANCE);
  });
});
