import { checkModel, float32, type Model, type Tensor, tensor, writeModel } from '@edgeloop/onnx';
import { InternalError } from '../errors.ts';
import { exportLayersModel } from '../training/export/export-layers-model.ts';
import type { ExportOptions } from '../training/export/exported-layers.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { tf } from '../training/tensorflow/tensorflow.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';

/** Size of dimensions that the network leaves open. */
const OPEN_SIZE = 5;
const BATCH = 3;

export interface ParityOptions extends ExportOptions {
  /** @default random numbers between -1 and 1 */
  readonly feeds?: readonly tf.Tensor[];
  /** Random inputs are whole numbers from 0 up to this one instead. */
  readonly below?: number;
  /** @default 1 */
  readonly seed?: number;
}

export interface Parity {
  readonly model: Model;
  /** Greatest absolute difference to what TensorFlow.js predicts, over all outputs. */
  readonly difference: number;
}

const engine = new OrtEngine();

/** Exports a network with random weights and compares what ONNX Runtime and TensorFlow.js make of the same inputs. */
export async function parityOf(network: tf.LayersModel, options: ParityOptions = {}): Promise<Parity> {
  const random = new SeededRandom(options.seed ?? 1);
  setRandomWeights(network, random);
  const inputs = options.feeds ?? network.inputs.map((symbol) => randomInput(symbol, random, options.below));
  const { model } = exportLayersModel(network, options);
  const faults = checkModel(model);
  if (faults.length > 0) throw new InternalError(`Exported model must have no faults, got ${JSON.stringify(faults)}`);
  const expected = [network.predict([...inputs])].flat();
  const actual = await runExported(model, inputs, options.channelFirst);
  const differences = expected.map((value, at) => differenceOf(value, actual[at]));
  return { model, difference: Math.max(...differences) };
}

/** Weights between -0.5 and 0.5, the same ones every time; variances are positive. */
export function setRandomWeights(network: tf.LayersModel, random: SeededRandom): void {
  for (const weight of network.weights) {
    const isVariance = weight.originalName.endsWith('variance');
    const values = Float32Array.from({ length: sizeOf(weight.shape) }, () => random.next() - 0.5);
    weight.write(tf.tensor(isVariance ? values.map((value) => value + 1) : values, weight.shape as number[]));
  }
}

function randomInput({ shape, dtype }: tf.SymbolicTensor, random: SeededRandom, below?: number): tf.Tensor {
  const dims = shape.map((size, axis) => size ?? (axis === 0 ? BATCH : OPEN_SIZE));
  const next = (): number => (below === undefined ? random.next() * 2 - 1 : Math.floor(random.next() * below));
  return tf.tensor(Array.from({ length: sizeOf(dims) }, next), dims, dtype);
}

/** Outputs of an exported model for inputs in their order; those in `channelFirst` are brought into that order. */
export async function runExported(
  model: Model,
  inputs: readonly tf.Tensor[],
  channelFirst: readonly string[] = [],
): Promise<Tensor[]> {
  const runner = await engine.open(writeModel(model));
  try {
    const feeds = model.graph.input.map(({ name }, at) => {
      const value = inputs[at] as tf.Tensor;
      return [name ?? '', asFeed(channelFirst.includes(name ?? '') ? channelsFirst(value) : value)];
    });
    const outputs = await runner.run(Object.fromEntries(feeds));
    return model.graph.output.map(({ name }) => outputs[name ?? ''] as Tensor);
  } finally {
    await runner.close();
  }
}

function channelsFirst(value: tf.Tensor): tf.Tensor {
  const last = value.rank - 1;
  return tf.transpose(value, [0, last, ...Array.from({ length: last - 1 }, (_, at) => at + 1)]);
}

function asFeed(value: tf.Tensor): Tensor {
  if (value.dtype === 'int32') return tensor('int32', value.shape, Int32Array.from(value.dataSync()));
  return float32(value.dataSync(), value.shape);
}

function differenceOf(expected: tf.Tensor, actual: Tensor | undefined): number {
  if (`${expected.shape}` !== `${actual?.dims}`) {
    throw new InternalError(`Output must have the shape [${expected.shape}], got [${actual?.dims}]`);
  }
  const values = actual?.data as Float32Array;
  const differences = Array.from(expected.dataSync(), (value, at) => {
    const own = values[at] ?? Number.NaN;
    return Object.is(value, own) ? 0 : Math.abs(value - own);
  });
  // Math.max gives NaN for one NaN, which no tolerance accepts.
  return differences.reduce((greatest, difference) => Math.max(greatest, difference), 0);
}

function sizeOf(dims: readonly (number | null)[]): number {
  return dims.reduce<number>((product, dim) => product * (dim ?? 1), 1);
}
