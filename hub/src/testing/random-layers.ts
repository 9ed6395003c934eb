import { tf } from '../training/tensorflow/tensorflow.ts';

/** Decisions that were drawn before; when there are no more, the first of each is taken. */
export class Choices {
  readonly #drawn: readonly number[];
  #next = 0;

  constructor(drawn: readonly number[]) {
    this.#drawn = drawn;
  }

  below(count: number): number {
    return (this.#drawn[this.#next++] ?? 0) % count;
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  of<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }

  isTrue(): boolean {
    return this.below(2) === 1;
  }
}

type Make = (choices: Choices, shape: readonly number[]) => tf.layers.Layer;

const { layers } = tf;
const ACTIVATIONS = [
  'linear',
  'relu',
  'tanh',
  'sigmoid',
  'elu',
  'softmax',
  'swish',
  'softsign',
  'hardSigmoid',
] as const;
const PADDINGS = ['valid', 'same'] as const;

const activation = (choices: Choices): 'relu' => choices.of(ACTIVATIONS) as 'relu';
const recurrent = (choices: Choices, returnSequences: boolean): tf.layers.Layer => {
  const options = { units: choices.between(1, 4), returnSequences, goBackwards: choices.isTrue() };
  return choices.of([
    () => layers.simpleRNN(options),
    () => layers.gru({ ...options, recurrentActivation: 'sigmoid' }),
    () => layers.lstm({ ...options, recurrentActivation: 'hardSigmoid' }),
  ])();
};
const eitherWay = (choices: Choices, returnSequences: boolean): tf.layers.Layer =>
  choices.isTrue()
    ? recurrent(choices, returnSequences)
    : layers.bidirectional({
        layer: recurrent(choices, returnSequences) as never,
        mergeMode: choices.of(['concat', 'sum', 'ave', 'mul']),
      });

/** Layers that leave a row, sequence or image one. */
const INNER: Readonly<Record<number, readonly Make[]>> = {
  2: [
    (choices) => layers.dense({ units: choices.between(1, 5), activation: activation(choices) }),
    () => layers.batchNormalization(),
    () => layers.layerNormalization(),
    () => layers.dropout({ rate: 0.3 }),
    () => layers.leakyReLU({ alpha: 0.1 }),
    (choices) => layers.activation({ activation: activation(choices) }),
  ],
  3: [
    (choices) => eitherWay(choices, true),
    (choices, [steps = 1]) =>
      layers.conv1d({
        ...{ filters: choices.between(1, 4), kernelSize: Math.min(choices.between(1, 3), steps) },
        ...{ padding: choices.of(PADDINGS), activation: activation(choices) },
      }),
    (_, [steps = 1]) => layers.maxPooling1d({ poolSize: Math.min(2, steps) }),
    (choices) => layers.timeDistributed({ layer: layers.dense({ units: choices.between(1, 4) }) }),
    (choices) => layers.dense({ units: choices.between(1, 4), activation: activation(choices) }),
    () => layers.layerNormalization(),
    () => layers.permute({ dims: [2, 1] }),
    () => layers.prelu(),
  ],
  4: [
    (choices, [height = 1, width = 1]) =>
      layers.conv2d({
        ...{ filters: choices.between(1, 4), kernelSize: Math.min(choices.between(1, 3), height, width) },
        ...{ padding: choices.of(PADDINGS), strides: choices.between(1, 2), activation: activation(choices) },
      }),
    (choices, [height = 1, width = 1]) =>
      layers.depthwiseConv2d({ kernelSize: Math.min(2, height, width), depthMultiplier: choices.between(1, 2) }),
    (choices, [height = 1, width = 1]) =>
      layers.separableConv2d({ filters: choices.between(1, 3), kernelSize: Math.min(2, height, width) }),
    (choices) =>
      layers.conv2dTranspose({ filters: 2, kernelSize: choices.between(1, 3), padding: choices.of(PADDINGS) }),
    (choices, [height = 1, width = 1]) =>
      layers.maxPooling2d({ poolSize: Math.min(2, height, width), padding: choices.of(PADDINGS) }),
    (_, [height = 1, width = 1]) => layers.averagePooling2d({ poolSize: Math.min(2, height, width) }),
    () =>
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
    () => layers.batchNormalization(),
    () => layers.reLU({ maxValue: 6 }),
  ],
};

/** Layers that make a row of a sequence or image. */
const LAST: Readonly<Record<number, readonly Make[]>> = {
  3: [
    () => layers.flatten(),
    () => layers.globalAveragePooling1d(),
    () => layers.globalMaxPooling1d(),
    (choices) => eitherWay(choices, false),
  ],
  4: [() => layers.flatten(), () => layers.globalAveragePooling2d({}), () => layers.globalMaxPooling2d({})],
};

export interface RandomNetwork {
  readonly network: tf.LayersModel;
  /** Random inputs are whole numbers below this one. */
  readonly below?: number;
}

const WORDS = 5;

/** A Sequential or functional network of a few small layers. */
export function randomNetwork(choices: Choices): RandomNetwork {
  if (choices.below(4) === 3) return { network: ofWords(choices), below: WORDS };
  return { network: choices.isTrue() ? functional(choices) : sequential(choices) };
}

type Add = (layer: tf.layers.Layer) => tf.SymbolicTensor;

function sequential(choices: Choices): tf.LayersModel {
  const network = tf.sequential();
  network.add(layers.inputLayer({ inputShape: inputShape(choices) }));
  const add: Add = (layer) => {
    network.add(layer);
    return network.outputs[0] as tf.SymbolicTensor;
  };
  grow(network.outputs[0] as tf.SymbolicTensor, add, choices);
  add(head(choices));
  return network;
}

/** Words with padding; a mask is read by the next layer, since TensorFlow.js gives it to all that follow. */
function ofWords(choices: Choices): tf.LayersModel {
  const network = tf.sequential();
  const maskZero = choices.isTrue();
  network.add(layers.embedding({ inputDim: WORDS, outputDim: choices.between(1, 4), inputLength: 6, maskZero }));
  if (choices.isTrue()) network.add(eitherWay(choices, true));
  network.add(eitherWay(choices, false));
  network.add(head(choices));
  return network;
}

/** One to three inputs, a branch each, joined; one or two outputs. */
function functional(choices: Choices): tf.LayersModel {
  const inputs = Array.from({ length: choices.between(1, 3) }, (_, at) =>
    tf.input({ shape: inputShape(choices), name: `input_${at}` }),
  );
  const branches = inputs.map((input) => {
    let value = input;
    return grow(
      input,
      (layer) => {
        value = layer.apply(value) as tf.SymbolicTensor;
        return value;
      },
      choices,
    );
  });
  const joined = branches.length === 1 ? (branches[0] as tf.SymbolicTensor) : join(branches, choices);
  const outputs = Array.from({ length: choices.between(1, 2) }, () => head(choices).apply(joined) as tf.SymbolicTensor);
  return tf.model({ inputs, outputs });
}

function join(branches: readonly tf.SymbolicTensor[], choices: Choices): tf.SymbolicTensor {
  if (choices.isTrue()) return layers.concatenate().apply([...branches]) as tf.SymbolicTensor;
  const alike = branches.map((branch) => layers.dense({ units: 3 }).apply(branch) as tf.SymbolicTensor);
  // One layer that every branch goes through.
  const shared = tf.sequential({ layers: [layers.dense({ units: 4, activation: 'tanh', inputShape: [3] })] });
  const merged = choices.of([
    () => layers.add(),
    () => layers.multiply(),
    () => layers.average(),
    () => layers.maximum(),
    () => layers.minimum(),
  ])();
  return merged.apply(alike.map((value) => shared.apply(value) as tf.SymbolicTensor)) as tf.SymbolicTensor;
}

/** Adds a few layers, the last of which makes a row. */
function grow(input: tf.SymbolicTensor, add: Add, choices: Choices): tf.SymbolicTensor {
  let value = input;
  const step = (makers: Readonly<Record<number, readonly Make[]>>): void => {
    const makersOfRank = makers[value.shape.length];
    if (makersOfRank) value = add(choices.of(makersOfRank)(choices, value.shape.slice(1) as number[]));
  };
  for (let count = choices.between(1, 3); count > 0; count--) step(INNER);
  step(LAST);
  return value;
}

function inputShape(choices: Choices): number[] {
  return choices.of([
    () => [choices.between(1, 5)],
    () => [choices.between(3, 6), choices.between(1, 3)],
    () => [choices.between(4, 7), choices.between(4, 7), choices.between(1, 3)],
  ])();
}

function head(choices: Choices): tf.layers.Layer {
  return layers.dense({ units: choices.between(1, 4), activation: activation(choices) });
}
