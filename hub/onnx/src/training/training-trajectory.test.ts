import { describe, expect, test } from 'vitest';
import type { Model } from '../format/messages.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork, preprocessedValue } from '../testing/dense-network.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { ReferenceOptimizer } from '../testing/reference-optimizers.ts';
import {
  backwardPass,
  crossEntropy,
  forwardPass,
  type ReferenceActivation,
  type ReferenceLayer,
  type ReferenceLoss,
  squaredError,
  steppedLayers,
} from '../testing/reference-training.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { applyState } from './apply-state.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { AdamwOptions } from './optimizers/adamw.ts';
import type { TrainingOptions } from './training-graph.ts';

const SIZES = [5, 8, 7, 3];
const ROWS = 16;
const STEPS = 30;
const LEARNING_RATE = 0.01;
const ADAM: AdamwOptions = { kind: 'adamw' };

/**
 * float32 against float64. Measured over these 30 steps: 5e-7. Adam divides by the size of the gradient itself, so a
 * gradient near zero may magnify a rounding error; hence the factor of 10.
 */
const WEIGHT_TOLERANCE = 5e-6;
const LOSS_TOLERANCE = 2e-6;

/** Initializers of `denseNetwork` as [input][output]. */
function layersOf(model: Model): ReferenceLayer[] {
  const constants = new Map(model.graph.initializer.map((proto) => [proto.name ?? '', decodeTensor(proto)]));
  return SIZES.slice(1).map((width, layer) => {
    const { data, dims } = constants.get(`w${layer}`) as TensorOf<'float32'>;
    const inputs = SIZES[layer]!;
    const at = (input: number, output: number) =>
      dims[0] === width && layer % 2 === 1 ? data[output * inputs + input]! : data[input * width + output]!;
    return {
      weights: Array.from({ length: inputs }, (_, input) => Array.from({ length: width }, (_, out) => at(input, out))),
      bias: [...(constants.get(`b${layer}`) as TensorOf<'float32'>).data],
    };
  });
}

function largestDifference(left: readonly ReferenceLayer[], right: readonly ReferenceLayer[]): number {
  const flat = (layers: readonly ReferenceLayer[]) =>
    layers.flatMap(({ weights, bias }) => [...weights.flat(), ...bias]);
  const others = flat(right);
  return Math.max(...flat(left).map((value, at) => Math.abs(value - others[at]!)));
}

function features(random: () => number): TensorOf<'float32'> {
  const { data, dims } = randomFloat32(random, [ROWS, SIZES[0]!], 2);
  // Missing values and outliers go through the preprocessing inside the graph.
  data[3] = Number.NaN;
  data[7] = 100;
  return float32(data, dims);
}

function rowsOf({ data }: TensorOf<'float32'>): number[][] {
  const width = SIZES[0]!;
  return Array.from({ length: ROWS }, (_, row) =>
    [...data.subarray(row * width, (row + 1) * width)].map(preprocessedValue),
  );
}

interface Trajectory {
  readonly options: TrainingOptions;
  readonly feeds: Record<string, TensorOf<'float32' | 'int64'>>;
  readonly loss: (output: number[][]) => ReferenceLoss;
  readonly adam?: AdamwOptions;
  readonly activation?: ReferenceActivation;
}

/** Trains through ONNX Runtime and in float64 from the same weights, and compares each loss and the last weights. */
async function expectSameTrajectory({ options, feeds, loss, adam = ADAM, activation = 'Relu' }: Trajectory) {
  const forward = denseNetwork({ sizes: SIZES, activation, seed: 5 });
  const graph = buildTrainingGraph(forward, { ...options, optimizer: adam });
  const run = await TrainingRun.start(graph);
  const input = features(seededRandom(9));
  let layers = layersOf(forward);
  const reference = new ReferenceOptimizer(adam);
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const pass = forwardPass(layers, rowsOf(input), activation);
    const expected = loss(pass.output);
    layers = steppedLayers(reference, layers, backwardPass(layers, pass, expected.gradient, activation), LEARNING_RATE);
    const actual = await run.step({ features: input, ...feeds }, LEARNING_RATE);
    expect(Math.abs(actual - expected.loss)).toBeLessThan(LOSS_TOLERANCE);
    losses.push(actual);
  }
  const trained = layersOf(applyState(forward, run.state()));
  expect(largestDifference(trained, layers)).toBeLessThan(WEIGHT_TOLERANCE);
  expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
}

const LABELS = Array.from({ length: ROWS }, (_, row) => (row * 7) % 3);
const ONES = new Array<number>(ROWS).fill(1);
const ROW_WEIGHTS = Array.from({ length: ROWS }, (_, row) => (row % 4) / 2);

describe('the training graph follows a float64 reference', () => {
  test('with softmax cross-entropy', async () => {
    await expectSameTrajectory({
      options: { loss: { kind: 'softmax-cross-entropy', output: 'logits' } },
      feeds: { labels: int64(LABELS) },
      loss: (output) => crossEntropy(output, LABELS, ONES),
    });
  });

  test('with class weights and row weights', async () => {
    const classWeights = Float32Array.of(0.5, 2, 1);
    await expectSameTrajectory({
      options: { loss: { kind: 'softmax-cross-entropy', output: 'logits', classWeights, rowWeights: true } },
      feeds: { labels: int64(LABELS), row_weights: float32(ROW_WEIGHTS) },
      loss: (output) =>
        crossEntropy(
          output,
          LABELS,
          ROW_WEIGHTS.map((weight, row) => weight * classWeights[LABELS[row]!]!),
        ),
    });
  });

  test('with tanh and decoupled weight decay', async () => {
    await expectSameTrajectory({
      options: { loss: { kind: 'softmax-cross-entropy', output: 'logits' } },
      feeds: { labels: int64(LABELS) },
      loss: (output) => crossEntropy(output, LABELS, ONES),
      adam: { kind: 'adamw', beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1, decayed: 'all' },
      activation: 'Tanh',
    });
  });

  const targets = randomFloat32(seededRandom(4), [ROWS, 3]);
  const targetRows = Array.from({ length: ROWS }, (_, row) => [...targets.data.subarray(row * 3, row * 3 + 3)]);

  test('with mean squared error', async () => {
    await expectSameTrajectory({
      options: { loss: { kind: 'mean-squared-error', output: 'logits' } },
      feeds: { labels: targets },
      loss: (output) => squaredError(output, targetRows, ONES),
    });
  });

  test('with mean squared error and row weights', async () => {
    await expectSameTrajectory({
      options: { loss: { kind: 'mean-squared-error', output: 'logits', rowWeights: true } },
      feeds: { labels: targets, row_weights: float32(ROW_WEIGHTS) },
      loss: (output) => squaredError(output, targetRows, ROW_WEIGHTS),
    });
  });
});
