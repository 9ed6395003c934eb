import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { checkModel } from '../inspect/check-model.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { applyState } from './apply-state.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { TrainingOptions } from './training-graph.ts';

const SIZES = [5, 8, 7, 3];
const ROWS = 16;
const LABELS = Array.from({ length: ROWS }, (_, row) => (row * 7) % 3);

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
    await run.step({ features: randomFloat32(seededRandom(1), [ROWS, 5]), labels: int64(LABELS) }, 0.1);
    const constants = new Map(forward.graph.initializer.map((proto) => [proto.name ?? '', decodeTensor(proto)]));
    const trained = applyState(forward, run.state());
    const changed = trained.graph.initializer.filter((proto) => {
      return decodeTensor(proto).data.toString() !== constants.get(proto.name ?? '')?.data.toString();
    });
    expect(changed.map(({ name }) => name)).toEqual(['w2', 'b2']);
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
    const feeds = { features: randomFloat32(seededRandom(2), [ROWS, 5]), labels: int64(LABELS) };
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

  test('trains an autoencoder against its own input behind the preprocessing', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 3]);
    const scaled = graph.node('Div', ['x', graph.constant(float32([10, 20, 30]))]);
    graph.initializer('encode', randomFloat32(seededRandom(1), [3, 2]));
    graph.initializer('decode', randomFloat32(seededRandom(2), [2, 3]));
    const code = graph.node('Tanh', [graph.node('MatMul', [graph.node('Clip', ['x']), 'encode'])]);
    graph.node('MatMul', [code, 'decode'], {}, { outputs: ['y'] });
    graph.output('y', 'float32', ['batch', 3]);
    const own = { kind: 'mean-squared-error', output: 'y', labels: scaled } as const;
    const training = buildTrainingGraph(graph.build(), { loss: own });
    expect([training.feeds, training.labels]).toEqual([['x'], scaled]);
    const run = await TrainingRun.start(training);
    const x = float32([1, 2, 3, 0, -2, -3], [2, 3]);
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) losses.push(await run.step({ x }, 0.03));
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.1);
  });

  test('trains a weight once that is named twice', () => {
    const { state } = buildTrainingGraph(denseNetwork({ sizes: SIZES }), { loss, trainable: ['w0', 'w0'] });
    expect(state.filter(({ kind }) => kind === 'weight').map(({ name }) => name)).toEqual(['w0']);
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
