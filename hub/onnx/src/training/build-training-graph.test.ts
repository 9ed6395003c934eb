import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { checkModel } from '../inspect/check-model.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork, preprocessedValue } from '../testing/dense-network.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import {
  backwardPass,
  crossEntropy,
  forwardPass,
  type ReferenceActivation,
  ReferenceAdam,
  type ReferenceLayer,
  type ReferenceLoss,
  squaredError,
  steppedLayers,
} from '../testing/reference-training.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { applyState } from './apply-state.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { TrainingOptions } from './training-graph.ts';

const SIZES = [5, 8, 7, 3];
const ROWS = 16;
const STEPS = 30;
const LEARNING_RATE = 0.01;
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

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
  readonly adam?: typeof ADAM;
  readonly activation?: ReferenceActivation;
}

/** Trains through ONNX Runtime and in float64 from the same weights, and compares each loss and the last weights. */
async function expectSameTrajectory({ options, feeds, loss, adam = ADAM, activation = 'Relu' }: Trajectory) {
  const forward = denseNetwork({ sizes: SIZES, activation, seed: 5 });
  const graph = buildTrainingGraph(forward, { ...options, optimizer: { kind: 'adamw', decayed: 'all', ...adam } });
  const run = await TrainingRun.start(graph);
  const input = features(seededRandom(9));
  let layers = layersOf(forward);
  const reference = new ReferenceAdam({ ...adam, learningRate: LEARNING_RATE });
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const pass = forwardPass(layers, rowsOf(input), activation);
    const expected = loss(pass.output);
    layers = steppedLayers(reference, layers, backwardPass(layers, pass, expected.gradient, activation));
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
      adam: { beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 },
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

describe('buildTrainingGraph', () => {
  const loss = { kind: 'softmax-cross-entropy', output: 'logits' } as const;

  test('gives an ordinary graph without faults, of the standard operators only', () => {
    const graph = buildTrainingGraph(denseNetwork({ sizes: SIZES }), { loss });
    expect(checkModel(graph.model)).toEqual([]);
    expect(graph.model.opsetImport.map(({ domain }) => domain)).toEqual(['']);
    expect(graph.feeds).toEqual(['features']);
    expect(graph.labels).toBe('labels');
    expect(graph.rowWeights).toBeUndefined();
  });

  test('names weights by their initializers and lists them first', () => {
    const graph = buildTrainingGraph(denseNetwork({ sizes: SIZES }), { loss });
    expect(graph.state.slice(0, 6).map(({ name }) => name)).toEqual(['w0', 'b0', 'w1', 'b1', 'w2', 'b2']);
    expect(graph.state).toHaveLength(6 * 3 + 1);
    expect(new Set(graph.state.map(({ output }) => output)).size).toBe(graph.state.length);
  });

  test('drops what comes behind the logits', () => {
    const graph = buildTrainingGraph(denseNetwork({ sizes: SIZES }), { loss });
    expect(graph.model.graph.node.some(({ output }) => output.includes('probabilities'))).toBe(false);
  });

  test('trains only what it is told to', async () => {
    const forward = denseNetwork({ sizes: SIZES });
    const graph = buildTrainingGraph(forward, { loss, trainable: ['w2', 'b2'] });
    expect(graph.state.slice(0, 2).map(({ name }) => name)).toEqual(['w2', 'b2']);
    const run = await TrainingRun.start(graph);
    await run.step({ features: features(seededRandom(1)), labels: int64(LABELS) }, 0.1);
    const trained = layersOf(applyState(forward, run.state()));
    const before = layersOf(forward);
    expect(trained.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(trained[2]).not.toEqual(before[2]);
  });

  test('reads a batch of any size, also one of weight 0', async () => {
    const graph = buildTrainingGraph(denseNetwork({ sizes: SIZES }), { loss: { ...loss, rowWeights: true } });
    const run = await TrainingRun.start(graph);
    for (const rows of [1, 3, 64]) {
      const feeds = {
        features: randomFloat32(seededRandom(rows), [rows, 5]),
        labels: int64(new Array<number>(rows).fill(1)),
      };
      expect(await run.step({ ...feeds, row_weights: float32(new Float32Array(rows).fill(1)) }, 0.01)).toBeGreaterThan(
        0,
      );
      expect(await run.step({ ...feeds, row_weights: float32(new Float32Array(rows)) }, 0.01)).toBe(0);
    }
    for (const values of run.state().values()) expect(values.every(Number.isFinite)).toBe(true);
  });

  test('repeats bit for bit from the same state', async () => {
    const graph = buildTrainingGraph(denseNetwork({ sizes: SIZES }), { loss });
    const runs = [await TrainingRun.start(graph), await TrainingRun.start(graph)];
    const feeds = { features: features(seededRandom(2)), labels: int64(LABELS) };
    for (const run of runs) for (let step = 0; step < 5; step++) await run.step(feeds, 0.01);
    expect(runs[0]!.state()).toEqual(runs[1]!.state());
  });

  test('accepts MatMul with Add and a loss in front of other outputs', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', 2]);
    graph.initializer('w', float32([0.1, 0.2, 0.3, 0.4], [2, 2]));
    graph.initializer('b', float32([0, 0]));
    const sum = graph.node('Add', [graph.node('MatMul', ['x', 'w']), 'b']);
    graph.output(graph.node('ArgMax', [sum], { axis: 1 }), 'int64', ['n', 1]);
    const training = buildTrainingGraph(graph.build(), { loss: { ...loss, output: sum } });
    expect(training.state.slice(0, 2).map(({ name }) => name)).toEqual(['w', 'b']);
    const run = await TrainingRun.start(training);
    expect(await run.step({ x: float32([1, 2], [1, 2]), labels: int64([0]) }, 0.1)).toBeGreaterThan(0);
  });

  test('keeps names apart when the model already has an input called labels', () => {
    const graph = new GraphBuilder();
    graph.input('labels', 'float32', ['n', 2]);
    graph.initializer('w', float32([1, 0, 0, 1], [2, 2]));
    graph.output(graph.node('MatMul', ['labels', 'w'], {}, { outputs: ['logits'] }), 'float32', ['n', 2]);
    const training = buildTrainingGraph(graph.build(), { loss });
    expect(training.feeds).toEqual(['labels']);
    expect(training.labels).toBe('labels_1');
  });

  test('trains a graph with token ids beside numbers and a head for each of two losses', async () => {
    const graph = new GraphBuilder();
    const random = seededRandom(6);
    graph.input('ids', 'int64', ['batch', 3]);
    graph.input('x', 'float32', ['batch', 2]);
    graph.initializer('table', randomFloat32(random, [10, 4]));
    graph.initializer('frozen', randomFloat32(random, [2, 4]));
    graph.initializer('class_w', randomFloat32(random, [4, 3]));
    graph.initializer('value_w', randomFloat32(random, [4, 1]));
    const words = graph.node('ReduceSum', [graph.node('Gather', ['table', 'ids']), graph.constant(int64([1]))], {
      keepdims: 0,
    });
    const both = graph.node('Tanh', [graph.node('Add', [words, graph.node('MatMul', ['x', 'frozen'])])]);
    graph.output(graph.node('MatMul', [both, 'class_w'], {}, { outputs: ['logits'] }), 'float32', ['batch', 3]);
    graph.output(graph.node('MatMul', [both, 'value_w'], {}, { outputs: ['value'] }), 'float32', ['batch', 1]);
    const training = buildTrainingGraph(graph.build(), {
      loss,
      auxiliaryLosses: [{ kind: 'huber', output: 'value', labels: 'targets', weight: 0.5, rowWeights: true }],
      trainable: ['table', 'class_w', 'value_w'],
    });
    expect(training.feeds).toEqual(['ids', 'x']);
    expect(training.losses.map(({ labels, rowWeights }) => [labels, rowWeights])).toEqual([
      ['labels', undefined],
      ['targets', 'targets_row_weights'],
    ]);
    const run = await TrainingRun.start(training);
    const feeds = {
      ids: int64([0, 1, 2, 2, 3, 3], [2, 3]),
      x: float32([1, 2, 3, 4], [2, 2]),
      labels: int64([0, 2]),
      targets: float32([0.5, -1], [2, 1]),
      targets_row_weights: float32([1, 1]),
    };
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) losses.push(await run.step(feeds, 0.02));
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.2);
    const { initial } = training.state.find(({ name }) => name === 'table')!;
    const table = run.state().get('table')!;
    const changedRows = Array.from({ length: 10 }, (_, row) => row).filter(
      (row) => table[row * 4] !== initial[row * 4],
    );
    expect(changedRows).toEqual([0, 1, 2, 3]);
  });

  test('refuses what cannot be trained, with the reason', () => {
    const forward = denseNetwork({ sizes: SIZES });
    const refusal = (options: TrainingOptions) => () => buildTrainingGraph(forward, options);
    expect(refusal({ loss: { ...loss, output: 'nothing' } })).toThrow(
      expect.objectContaining({ code: 'VALUE_UNKNOWN' }),
    );
    expect(refusal({ loss, trainable: ['nothing'] })).toThrow(expect.objectContaining({ code: 'VALUE_UNKNOWN' }));
    expect(refusal({ loss, trainable: [] })).toThrow(expect.objectContaining({ code: 'NOT_TRAINABLE' }));
    expect(refusal({ loss: { ...loss, classWeights: Float32Array.of(1) } })).toThrow(/must have 3 entries, got 1/);
    expect(refusal({ loss, optimizer: { kind: 'adam', beta2: 1 } })).toThrow(
      /beta2 must be at least 0 and below 1, got 1/,
    );
  });

  test('trains a model of an old operator set with weights in Constant nodes', async () => {
    const graph = new GraphBuilder({ opset: 9 });
    graph.input('x', 'float32', ['n', 2]);
    const value = float32([0.1, 0.2, 0.3, 0.4], [2, 2]);
    graph.node('Constant', [], { value }, { outputs: ['w'] });
    const clipped = graph.node('Clip', [graph.node('MatMul', ['x', 'w'])], { min: float(-6), max: float(6) });
    graph.node('Softmax', [clipped], {}, { outputs: ['shares'] });
    graph.output('shares', 'float32', ['n', 2]);
    const forward = graph.build();
    const training = buildTrainingGraph(forward, { loss: { ...loss, output: clipped } });
    const run = await TrainingRun.start(training);
    const feeds = { x: float32([1, 2], [1, 2]), labels: int64([0]) };
    const losses = [await run.step(feeds, 0.1), await run.step(feeds, 0.1)];
    expect(losses[1]).toBeLessThan(losses[0]!);
    const outputs = await (await ortSession(applyState(forward, run.state()))).run({ x: feeds.x });
    const share = (outputs['shares'] as TensorOf<'float32'>).data[0]!;
    expect(-Math.log(share)).toBeLessThan(losses[1]!);
  });

  test('refuses models of an operator set that cannot be upgraded', () => {
    const graph = new GraphBuilder({ opset: 6 });
    graph.input('x', 'float32', ['n', 2]);
    graph.output(graph.node('Relu', ['x'], {}, { outputs: ['logits'] }), 'float32', ['n', 2]);
    expect(() => buildTrainingGraph(graph.build(), { loss })).toThrow(
      expect.objectContaining({ code: 'OPSET_UNSUPPORTED' }),
    );
  });
});

describe('applyState', () => {
  test('puts trained weights into the forward graph', async () => {
    const forward = denseNetwork({ sizes: SIZES });
    const changed = applyState(forward, new Map([['b2', Float32Array.of(0, 100, 0)]]));
    const outputs = await (await ortSession(changed)).run({ features: features(seededRandom(3)) });
    const probabilities = (outputs['probabilities'] as TensorOf<'float32'>).data;
    expect(probabilities[1]).toBeCloseTo(1, 6);
    expect(layersOf(forward)[2]!.bias).not.toEqual([0, 100, 0]);
  });

  test('refuses another size and a state of another model', () => {
    const forward = denseNetwork({ sizes: SIZES });
    const mismatch = expect.objectContaining({ code: 'STATE_MISMATCH' });
    expect(() => applyState(forward, new Map([['b2', new Float32Array(2)]]))).toThrow(mismatch);
    expect(() => applyState(forward, new Map([['other', new Float32Array(2)]]))).toThrow(mismatch);
  });
});
