import {
  buildTrainingGraph,
  float32,
  GraphBuilder,
  type LossOptions,
  type Tensor,
  tensor,
  writeModel,
} from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { OrtEngine } from '../../../../worker/ort/ort-engine.ts';
import { tf } from '../../../tensorflow/tensorflow.ts';
import { lossOf } from './loss.ts';

/** float32 sums in other orders. */
const TOLERANCE = 1e-6;
const CLASSES = 3;
const ROWS = [
  [0.5, -1.2, 2],
  [1.5, 0.3, -0.4],
  [-2, 0.1, 0.7],
  [3, -3, 0.2],
];
const CLASS_LABELS = [2, 0, 1, 2];
const NUMBER_LABELS = [
  [0, 1, 0.5],
  [1.5, 0, 0.25],
  [0, 0, 1],
  [1, 0.75, 0],
];
const WEIGHTS = Float32Array.of(1, 2, 0.5);
const output = 'y';

const CLASS_LOSSES: LossOptions[] = [
  { kind: 'softmax-cross-entropy', output },
  { kind: 'softmax-cross-entropy', output, labelSmoothing: 0.2 },
  { kind: 'softmax-cross-entropy', output, classWeights: WEIGHTS },
  { kind: 'softmax-cross-entropy', output, classWeights: WEIGHTS, labelSmoothing: 0.1 },
  { kind: 'focal', output },
  { kind: 'focal', output, gamma: 0.5, alpha: WEIGHTS },
  { kind: 'focal', output, gamma: 0 },
];
const ENTRY_LOSSES: LossOptions[] = [
  { kind: 'mean-squared-error', output },
  { kind: 'mean-absolute-error', output },
  { kind: 'huber', output },
  { kind: 'huber', output, delta: 0.3 },
  { kind: 'binary-cross-entropy', output },
  { kind: 'binary-cross-entropy', output, positiveWeight: 3 },
  { kind: 'binary-cross-entropy', output, positiveWeight: WEIGHTS },
];

/** Loss of y = w x, and w behind a step of gradient descent. */
async function byGraph(loss: LossOptions, labels: Tensor): Promise<number[]> {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', CLASSES]);
  graph.initializer('w', float32([1, 1, 1]));
  graph.node('Mul', ['x', 'w'], {}, { outputs: [output] });
  graph.output(output, 'float32', ['batch', CLASSES]);
  const training = buildTrainingGraph(graph.build(), { loss, optimizer: { kind: 'sgd' }, trainable: ['w'] });
  const runner = await new OrtEngine().open(writeModel(training.model));
  const outputs = await runner.run({
    x: float32(ROWS.flat(), [ROWS.length, CLASSES]),
    w: float32([1, 1, 1]),
    [training.labels]: labels,
    [training.learningRate]: float32([1], []),
  });
  await runner.close();
  const valuesOf = (name = ''): number[] => Array.from(outputs[name]?.data as Float32Array);
  return [...valuesOf(training.loss), ...valuesOf(training.state[0]?.output)];
}

function byLayers(loss: LossOptions, labels: tf.Tensor): number[] {
  const weight = tf.variable(tf.ones([CLASSES]));
  const { value, grads } = tf.variableGrads(() => lossOf(loss)(tf.mul(ROWS, weight), labels) as tf.Scalar, [weight]);
  const next = tf.sub(weight, grads[weight.name] ?? Number.NaN);
  return [...value.dataSync(), ...next.dataSync()];
}

async function difference(loss: LossOptions, labels: Tensor, same: tf.Tensor): Promise<number> {
  const [expected, actual] = [await byGraph(loss, labels), byLayers(loss, same)];
  return Math.max(...expected.map((value, at) => Math.abs(value - (actual[at] ?? Number.NaN))));
}

test.each(CLASS_LOSSES)('$kind of classes is that of the training graph, and so is its slope: %j', async (loss) => {
  const labels = tensor('int64', [ROWS.length], BigInt64Array.from(CLASS_LABELS, BigInt));
  expect(await difference(loss, labels, tf.tensor1d(CLASS_LABELS, 'int32'))).toBeLessThan(TOLERANCE);
});

test.each(ENTRY_LOSSES)('$kind of entries is that of the training graph, and so is its slope: %j', async (loss) => {
  const labels = float32(NUMBER_LABELS.flat(), [ROWS.length, CLASSES]);
  expect(await difference(loss, labels, tf.tensor(NUMBER_LABELS))).toBeLessThan(TOLERANCE);
});
