import {
  buildTrainingGraph,
  firstState,
  float32,
  nextState,
  stateByName,
  type Tensor,
  writeModel,
} from '@edgeloop/onnx';
import { exportLayersModel } from '../training/export/export-layers-model.ts';
import type { WeightLink } from '../training/export/exported-layers.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { tf } from '../training/tensorflow/tensorflow.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { setRandomWeights } from './layer-parity.ts';

const STEPS = 3;
const RATE = 0.1;
const INPUT = 'x';
const OUTPUT = 'y';

const engine = new OrtEngine();

/**
 * Trains a network of one input and one output on the same rows in TensorFlow.js and, exported, in ONNX Runtime.
 *
 * @returns the greatest absolute difference between the weights after some steps of gradient descent
 */
export async function trainingDifference(network: tf.LayersModel, rows: tf.Tensor): Promise<number> {
  const random = new SeededRandom(1);
  setRandomWeights(network, random);
  const targets = tf.randomUniform((network.predict(rows) as tf.Tensor).shape, -1, 1, 'float32', 1);
  const { model, weights } = exportLayersModel(network, { purpose: 'training', inputs: [INPUT], outputs: [OUTPUT] });
  const ours = await trained(model, weights, rows, targets);
  network.compile({ optimizer: tf.train.sgd(RATE), loss: 'meanSquaredError' });
  for (let step = 0; step < STEPS; step++) await network.trainOnBatch(rows, targets);
  const differences = network.trainableWeights.flatMap((variable) => {
    const own = ours.get(variable.originalName);
    return Array.from(variable.read().dataSync(), (value, at) => Math.abs(value - (own?.[at] ?? Number.NaN)));
  });
  return Math.max(...differences);
}

/** Weights after training, by their names in TensorFlow.js. */
async function trained(
  model: Parameters<typeof buildTrainingGraph>[0],
  links: readonly WeightLink[],
  rows: tf.Tensor,
  targets: tf.Tensor,
): Promise<Map<string, Float32Array>> {
  const graph = buildTrainingGraph(model, {
    loss: { kind: 'mean-squared-error', output: OUTPUT },
    optimizer: { kind: 'sgd' },
    trainable: links.filter(({ isTrainable }) => isTrainable).map(({ initializer }) => initializer),
  });
  const runner = await engine.open(writeModel(graph.model));
  const feeds = { [INPUT]: asFeed(rows), [graph.labels]: asFeed(targets), [graph.learningRate]: float32([RATE], []) };
  let state: Record<string, Tensor> = firstState(graph);
  for (let step = 0; step < STEPS; step++) state = nextState(graph, await runner.run({ ...feeds, ...state }));
  await runner.close();
  const values = stateByName(graph, state);
  return new Map(links.flatMap((link) => namedWeights(link, values)));
}

function namedWeights(link: WeightLink, values: ReadonlyMap<string, Float32Array>): [string, Float32Array][] {
  const value = values.get(link.initializer);
  const parts = value === undefined ? [] : link.fromOnnx(value);
  return parts.map((part, at) => [link.weights[at] ?? '', part]);
}

function asFeed(value: tf.Tensor): Tensor {
  return float32(value.dataSync(), value.shape);
}
