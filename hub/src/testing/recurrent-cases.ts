import { tf } from '../training/tensorflow/tensorflow.ts';
import { applied, type LayerCase } from './layer-case.ts';

const { layers } = tf;
const WORDS = 5;

function sequence(make: () => tf.layers.Layer): LayerCase {
  return { inputs: [[4, 3]], network: (x) => applied(make(), x) };
}

/** Behind a mask, where the operators run over the steps that count. */
function masked(make: () => tf.layers.Layer): LayerCase {
  const embedding = (): tf.layers.Layer => layers.embedding({ inputDim: WORDS, outputDim: 3, maskZero: true });
  return { inputs: [[4]], below: WORDS, network: (x) => applied(make(), applied(embedding(), x)) };
}

/** One of each form that recurrent layers take in a graph. */
export const RECURRENT_CASES: Readonly<Record<string, LayerCase>> = {
  simpleRNN: sequence(() => layers.simpleRNN({ units: 2 })),
  gru: sequence(() =>
    layers.gru({ units: 2, returnSequences: true, goBackwards: true, recurrentActivation: 'sigmoid' }),
  ),
  lstm: sequence(() => layers.lstm({ units: 2, returnSequences: true })),
  'lstm without an operator': sequence(() => layers.lstm({ units: 2, activation: 'softmax', returnSequences: true })),
  'lstm masked': masked(() => layers.lstm({ units: 2, returnSequences: true })),
  'gru masked backwards': masked(() =>
    layers.gru({ units: 2, returnSequences: true, goBackwards: true, recurrentActivation: 'sigmoid' }),
  ),
  'gru masked without an operator': masked(() =>
    layers.gru({ units: 2, activation: 'relu6', recurrentActivation: 'sigmoid' }),
  ),
  'stacked cells': sequence(() =>
    layers.rnn({ cell: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })] as never, returnState: false }),
  ),
  bidirectional: sequence(() =>
    layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }) as never, mergeMode: 'ave' }),
  ),
  timeDistributed: sequence(() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) })),
  masking: sequence(() => layers.masking({ maskValue: 0 })),
  convLstm2d: {
    inputs: [[3, 4, 4, 2]],
    network: (x) => applied(layers.convLstm2d({ filters: 2, kernelSize: 3 } as never), x),
  },
};
