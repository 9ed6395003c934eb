import { describe, expect, test } from 'vitest';
import { trainingDifference } from '../../../testing/layer-training.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { exportLayersModel } from '../export-layers-model.ts';

/** Three steps add the differences of float32 sums up. */
const TOLERANCE = 1e-5;
const READINGS = tf.randomUniform([4, 5, 2], -1, 1, 'float32', 1);
const WORDS = tf.tensor([
  [3, 1, 2, 0, 0],
  [0, 0, 4, 1, 1],
  [0, 2, 0, 3, 0],
  [0, 0, 0, 0, 0],
]);
const SIGMOID = { recurrentActivation: 'sigmoid' };

const LAYERS = {
  SimpleRNN: (options: object) => tf.layers.simpleRNN({ units: 3, ...options }),
  GRU: (options: object) => tf.layers.gru({ units: 3, ...SIGMOID, ...options } as never),
  LSTM: (options: object) => tf.layers.lstm({ units: 3, ...SIGMOID, ...options } as never),
  'GRU with hard gates': (options: object) => tf.layers.gru({ units: 3, ...options } as never),
  'LSTM with hard gates': (options: object) => tf.layers.lstm({ units: 3, ...options } as never),
  'stacked cells': (options: object) =>
    tf.layers.rnn({ cell: [tf.layers.lstmCell({ units: 3 }), tf.layers.gruCell({ units: 2 })] as never, ...options }),
};

function network(layer: tf.layers.Layer, shape: number[]): tf.LayersModel {
  const input = tf.input({ shape });
  return tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
}

describe.each(Object.entries(LAYERS))('%s', (_, layer) => {
  test.each([{}, { returnSequences: true }, { goBackwards: true, returnSequences: true, useBias: false }])(
    'with %j learns what it learns in TensorFlow.js',
    async (form) => {
      expect(await trainingDifference(network(layer(form), [5, 2]), READINGS)).toBeLessThan(TOLERANCE);
    },
  );

  test.each([{}, { returnSequences: true }, { goBackwards: true, returnSequences: true }])(
    'with %j learns the same behind masked words',
    async (form) => {
      const made = tf.sequential();
      made.add(tf.layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true, inputLength: 5 }));
      made.add(layer(form));
      expect(await trainingDifference(made, WORDS)).toBeLessThan(TOLERANCE);
    },
  );
});

test('both directions and the layers around them learn the same', async () => {
  const made = tf.sequential();
  made.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3, activation: 'tanh' }), inputShape: [5, 2] }));
  made.add(tf.layers.bidirectional({ layer: LAYERS.LSTM({ returnSequences: true }) as never, mergeMode: 'concat' }));
  made.add(tf.layers.bidirectional({ layer: LAYERS.GRU({}) as never, mergeMode: 'sum' }));
  made.add(tf.layers.dense({ units: 1 }));
  expect(await trainingDifference(made, READINGS)).toBeLessThan(TOLERANCE);
});

test('a convolutional LSTM learns the same', async () => {
  const layer = tf.layers.convLstm2d({ filters: 2, kernelSize: 2, returnSequences: true, padding: 'same' } as never);
  const images = tf.randomUniform([2, 3, 4, 4, 1], -1, 1, 'float32', 1);
  expect(await trainingDifference(network(layer, [3, 4, 4, 1]), images)).toBeLessThan(TOLERANCE);
});

test('dropout in front of the cells becomes a node of its own, with one mask for all steps', () => {
  const layer = LAYERS.LSTM({ dropout: 0.5 });
  const { model } = exportLayersModel(network(layer, [5, 2]), { purpose: 'training' });
  expect(model.graph.node.map(({ opType }) => opType)).toEqual(expect.arrayContaining(['Dropout', 'LSTM']));
});

test('dropout between steps is refused', () => {
  const made = network(LAYERS.LSTM({ recurrentDropout: 0.5 }), [5, 2]);
  expect(() => exportLayersModel(made, { purpose: 'training' })).toThrow(/recurrentDropout must be 0 in training/);
});

test('a layer that keeps its states between calls is refused', () => {
  const input = tf.input({ batchShape: [2, 5, 3] });
  const layer = tf.layers.lstm({ units: 2, stateful: true });
  const made = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
  expect(() => exportLayersModel(made)).toThrow(/keeps its states from one call to the next/);
});

test('sequences of any length can be learnt from', async () => {
  const input = tf.input({ shape: [null, 2] });
  const outputs = LAYERS['LSTM with hard gates']({}).apply(input) as tf.SymbolicTensor;
  expect(await trainingDifference(tf.model({ inputs: input, outputs }), READINGS)).toBeLessThan(TOLERANCE);
});
