import { describe, expect, test } from 'vitest';
import { float } from '../../format/attributes.ts';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { TrainingRun } from '../../testing/training-run.ts';
import { applyState } from '../apply-state.ts';
import { buildTrainingGraph } from '../build-training-graph.ts';
import type { TrainingOptions } from '../training-graph.ts';

/** float32 against float64. */
const TOLERANCE = 1e-6;
const CHANNELS = 3;
const LENGTH = 5;
const DIMS = [4, CHANNELS, LENGTH];
const MOMENTUM = 0.8;

function vectors(graph: GraphBuilder, prefix = ''): string[] {
  graph.initializer(`${prefix}scale`, float32([1, 2, 0.5]));
  graph.initializer(`${prefix}bias`, float32([0, 1, -1]));
  graph.initializer(`${prefix}mean`, float32([0.1, 0.2, 0.3]));
  graph.initializer(`${prefix}var`, float32([1, 2, 3]));
  return ['scale', 'bias', 'mean', 'var'].map((name) => prefix + name);
}

/** x [batch, 3, 5] -> batch normalization -> y. */
function normalized(): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', CHANNELS, LENGTH]);
  const attributes = { momentum: float(MOMENTUM) };
  graph.node('BatchNormalization', ['x', ...vectors(graph)], attributes, { outputs: ['y'] });
  graph.output('y', 'float32', ['batch', CHANNELS, LENGTH]);
  return graph.build();
}

const loss = { kind: 'mean-squared-error', output: 'y' } as const;
const options: TrainingOptions = { loss, optimizer: { kind: 'sgd' } };

function batches(count: number, seed = 3): TensorOf<'float32'>[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => randomFloat32(random, DIMS, 3));
}

/** Mean and variance of each channel. */
function statisticsOf({ data }: TensorOf<'float32'>): { mean: number; variance: number }[] {
  return Array.from({ length: CHANNELS }, (_, channel) => {
    const own = [...data].filter((_value, at) => Math.floor(at / LENGTH) % CHANNELS === channel);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return { mean, variance: own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length };
  });
}

function difference(left: ArrayLike<number> | undefined, right: readonly number[]): number {
  return Math.max(...right.map((value, at) => Math.abs(value - (left?.[at] ?? Number.NaN))));
}

describe('BatchNormalization in training', () => {
  test('moves its running statistics by those of each batch', async () => {
    const run = await TrainingRun.start(buildTrainingGraph(normalized(), options));
    let [mean, variance] = [
      [0.1, 0.2, 0.3],
      [1, 2, 3],
    ];
    for (const x of batches(5)) {
      await run.step({ x, labels: x }, 0.1);
      const own = statisticsOf(x);
      mean = mean.map((value, at) => MOMENTUM * value + (1 - MOMENTUM) * own[at]!.mean);
      variance = variance.map((value, at) => MOMENTUM * value + (1 - MOMENTUM) * own[at]!.variance);
    }
    expect(difference(run.state().get('mean'), mean)).toBeLessThan(TOLERANCE);
    expect(difference(run.state().get('var'), variance)).toBeLessThan(TOLERANCE * 10);
  });

  test('has statistics as state of their own kind, which go back into the forward graph', async () => {
    const forward = normalized();
    const graph = buildTrainingGraph(forward, options);
    expect(graph.state.map(({ name, kind }) => [name, kind])).toEqual([
      ['scale', 'weight'],
      ['bias', 'weight'],
      ['mean', 'statistic'],
      ['var', 'statistic'],
    ]);
    const run = await TrainingRun.start(graph);
    const [x] = batches(1);
    await run.step({ x: x!, labels: x! }, 0.1);
    const trained = applyState(forward, run.state());
    const state = run.state();
    const { y } = await (await ortSession(trained)).run({ x: x! });
    const of = (name: string, channel: number) => state.get(name)![channel]!;
    const expected = [...x!.data].map((value, at) => {
      const channel = Math.floor(at / LENGTH) % CHANNELS;
      const standard = (value - of('mean', channel)) / Math.sqrt(of('var', channel) + 1e-5);
      return standard * of('scale', channel) + of('bias', channel);
    });
    expect(difference((y as TensorOf<'float32'>).data, expected)).toBeLessThan(TOLERANCE * 10);
  });

  test('leaves the tensors that it is fed with as they were', async () => {
    const graph = buildTrainingGraph(normalized(), options);
    const before = graph.state.map(({ initial }) => [...initial]);
    const run = await TrainingRun.start(graph);
    const [x] = batches(1);
    await run.step({ x: x!, labels: x! }, 0.1);
    expect(graph.state.map(({ initial }) => [...initial])).toEqual(before);
  });

  test('gives several steps of one run the bits of single steps', async () => {
    const four = batches(4);
    const single = await TrainingRun.start(buildTrainingGraph(normalized(), options));
    for (const x of four) await single.step({ x, labels: x }, 0.1);
    const many = await TrainingRun.start(buildTrainingGraph(normalized(), { ...options, stepsPerRun: 4 }));
    const stacked = float32(
      four.flatMap(({ data }) => [...data]),
      [4, ...DIMS],
    );
    await many.steps({ x: stacked, labels: stacked }, [0.1, 0.1, 0.1, 0.1]);
    expect(many.state()).toEqual(single.state());
  });

  test('moves statistics that two nodes share once for each', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', CHANNELS, LENGTH]);
    const shared = vectors(graph);
    const attributes = { momentum: float(MOMENTUM) };
    const left = graph.node('BatchNormalization', ['x', ...shared], attributes);
    const right = graph.node('BatchNormalization', [graph.node('Neg', ['x']), ...shared], attributes);
    graph.node('Add', [left, right], {}, { outputs: ['y'] });
    graph.output('y', 'float32', ['batch', CHANNELS, LENGTH]);
    const training = buildTrainingGraph(graph.build(), options);
    const run = await TrainingRun.start(training);
    const [x] = batches(1);
    await run.step({ x: x!, labels: x! }, 0.1);
    const { initial } = training.state.find(({ name }) => name === 'mean')!;
    expect(initial).toEqual(Float32Array.of(0.1, 0.2, 0.3));
    const expected = statisticsOf(x!).map(({ mean }, at) => {
      const first = MOMENTUM * [0.1, 0.2, 0.3][at]! + (1 - MOMENTUM) * mean;
      return MOMENTUM * first - (1 - MOMENTUM) * mean;
    });
    expect(difference(run.state().get('mean'), expected)).toBeLessThan(TOLERANCE);
  });

  test('stays as it is in a frozen part, and follows what is trained in front of it', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', CHANNELS, LENGTH]);
    const frozen = graph.node('BatchNormalization', ['x', ...vectors(graph, 'frozen_')]);
    graph.initializer('w', randomFloat32(seededRandom(1), [LENGTH, LENGTH]));
    const product = graph.node('MatMul', [frozen, 'w']);
    graph.node('BatchNormalization', [product, ...vectors(graph, 'own_')], {}, { outputs: ['y'] });
    graph.output('y', 'float32', ['batch', CHANNELS, LENGTH]);
    const { state } = buildTrainingGraph(graph.build(), { ...options, trainable: ['w'] });
    expect(state.map(({ name, kind }) => [name, kind])).toEqual([
      ['w', 'weight'],
      ['own_mean', 'statistic'],
      ['own_var', 'statistic'],
    ]);
  });
});
