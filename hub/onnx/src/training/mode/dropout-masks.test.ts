import { describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, scalar, type TensorOf } from '../../tensor/tensor.ts';
import { TrainingRun } from '../../testing/training-run.ts';
import { buildTrainingGraph } from '../build-training-graph.ts';
import type { TrainingGraph } from '../training-graph.ts';

const ROWS = 64;
const PLACES = 256;
const RATIO = 0.25;
/** Standard deviations that a count may be away from its mean: of 10,000 counts, less than one is farther off. */
const SIGMAS = 4.5;

/** y = x w with a Dropout behind; w is one, so y is the mask itself. */
function masked(dims: readonly (number | string)[], ratio = RATIO): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', dims);
  graph.initializer('w', float32([1, 1], [2]));
  const scaled = graph.node('Mul', ['x', graph.node('ReduceMean', ['w'], { keepdims: 0 })]);
  const dropped = graph.node('Dropout', [scaled, graph.constant(scalar(ratio))]);
  graph.output(graph.node('Identity', [dropped], {}, { outputs: ['y'] }), 'float32', dims);
  return graph.build();
}

function training(model: Model, seed = 0, trainable = ['w']): TrainingGraph {
  const loss = { kind: 'mean-squared-error', output: 'y' } as const;
  const graph = buildTrainingGraph(model, { loss, trainable, optimizer: { kind: 'sgd' }, seed });
  const extended = GraphBuilder.extend(graph.model).output('y', 'float32').build();
  return { ...graph, model: extended };
}

/** Masks [step][entry] of so many steps: 1 where an entry stays. */
async function masks(steps: number, dims: readonly number[] = [ROWS, PLACES], seed = 0): Promise<Uint8Array[]> {
  const run = await TrainingRun.start(training(masked(dims), seed));
  const ones = float32(new Float32Array(dims.reduce((all, dim) => all * dim, 1)).fill(1), dims);
  const found: Uint8Array[] = [];
  for (let step = 0; step < steps; step++) {
    const { y } = await run.outputs({ x: ones, labels: ones }, 0);
    found.push(Uint8Array.from((y as TensorOf<'float32'>).data, (value) => Number(value > 0)));
  }
  return found;
}

/** How many standard deviations the share of `count` in `total` is from `share`. */
function sigmas(count: number, total: number, share: number): number {
  return Math.abs(count - total * share) / Math.sqrt(total * share * (1 - share));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe('Dropout in training', () => {
  test('scales what stays so that the mean stays', async () => {
    const run = await TrainingRun.start(training(masked([ROWS, PLACES])));
    const ones = float32(new Float32Array(ROWS * PLACES).fill(3), [ROWS, PLACES]);
    const { y } = await run.outputs({ x: ones, labels: ones }, 0);
    const values = (y as TensorOf<'float32'>).data;
    expect(new Set(values)).toEqual(new Set([0, Math.fround(3 / (1 - RATIO))]));
    // The standard deviation of the mean of 16,384 entries is 0.0135.
    expect(Math.abs(sum(values) / values.length - 3)).toBeLessThan(SIGMAS * 0.0135);
  });

  test('drops its share of all entries, of each row and of each place', async () => {
    const found = await masks(20);
    const kept = 1 - RATIO;
    expect(sigmas(sum(found.map(sum)), 20 * ROWS * PLACES, kept)).toBeLessThan(SIGMAS);
    for (let row = 0; row < ROWS; row++) {
      const own = sum(found.map((mask) => sum(mask.subarray(row * PLACES, (row + 1) * PLACES))));
      expect(sigmas(own, 20 * PLACES, kept)).toBeLessThan(SIGMAS);
    }
    for (let place = 0; place < PLACES; place++) {
      const own = sum(found.map((mask) => sum(mask.filter((_, at) => at % PLACES === place))));
      expect(sigmas(own, 20 * ROWS, kept)).toBeLessThan(SIGMAS);
    }
  });

  test('drops places, rows and steps independently of each other', async () => {
    const found = await masks(10);
    const agreement = RATIO ** 2 + (1 - RATIO) ** 2;
    const agreeing = (left: Uint8Array, right: Uint8Array) => left.filter((value, at) => value === right[at]).length;
    for (let step = 1; step < 10; step++) {
      expect(sigmas(agreeing(found[step - 1]!, found[step]!), ROWS * PLACES, agreement)).toBeLessThan(SIGMAS);
    }
    const rowOf = (row: number) =>
      Uint8Array.from(found.flatMap((m) => [...m.subarray(row * PLACES, (row + 1) * PLACES)]));
    const placeOf = (place: number) =>
      Uint8Array.from(found.flatMap((m) => [...m.filter((_, at) => at % PLACES === place)]));
    for (const distance of [1, 2, 5, 16]) {
      expect(sigmas(agreeing(rowOf(3), rowOf(3 + distance)), 10 * PLACES, agreement)).toBeLessThan(SIGMAS);
      for (const place of [0, 7, 100]) {
        const agreed = agreeing(placeOf(place), placeOf(place + distance));
        expect(sigmas(agreed, 10 * ROWS, agreement)).toBeLessThan(SIGMAS);
      }
    }
  });

  test('depends on the seed', async () => {
    const [first] = await masks(1);
    const [again] = await masks(1);
    const [other] = await masks(1, [ROWS, PLACES], 1);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('gives a resumed run the bits of an uninterrupted one', async () => {
    const graph = training(masked([8, 5]));
    const ones = float32(new Float32Array(40).fill(1), [8, 5]);
    const through = await TrainingRun.start(graph);
    for (let step = 0; step < 6; step++) await through.step({ x: ones, labels: ones }, 0.1);
    const before = await TrainingRun.start(graph);
    for (let step = 0; step < 3; step++) await before.step({ x: ones, labels: ones }, 0.1);
    const saved = before.state();
    const state = graph.state.map((each) => ({ ...each, initial: saved.get(each.name)! }));
    const after = await TrainingRun.start({ ...graph, state });
    for (let step = 0; step < 3; step++) await after.step({ x: ones, labels: ones }, 0.1);
    expect(after.state()).toEqual(through.state());
  });

  test('gives several steps of one run the masks of single steps', async () => {
    const loss = { kind: 'mean-squared-error', output: 'y' } as const;
    const model = masked(['n', 5]);
    const [single, many] = [1, 4].map((stepsPerRun) =>
      buildTrainingGraph(model, { loss, stepsPerRun, trainable: ['w'] }),
    );
    const ones = (...dims: number[]) => float32(new Float32Array(dims.reduce((all, dim) => all * dim)).fill(1), dims);
    const one = await TrainingRun.start(single!);
    for (let step = 0; step < 4; step++) await one.step({ x: ones(8, 5), labels: ones(8, 5) }, 0.1);
    const four = await TrainingRun.start(many!);
    await four.steps({ x: ones(4, 8, 5), labels: ones(4, 8, 5) }, [0.1, 0.1, 0.1, 0.1]);
    expect(four.state()).toEqual(one.state());
  });

  test('works for any number of dimensions', async () => {
    for (const dims of [[700], [3, 4, 5, 6], [1, 500]]) {
      const [mask] = await masks(1, dims);
      expect(sigmas(sum(mask!), mask!.length, 1 - RATIO)).toBeLessThan(SIGMAS);
    }
  });

  test('lets the gradient through where it lets values through', async () => {
    const graph = training(masked([1, 4], 0.5), 3);
    const run = await TrainingRun.start(graph);
    const x = float32([1, 2, 3, 4], [1, 4]);
    const labels = float32([0, 0, 0, 0], [1, 4]);
    const { y } = await run.outputs({ x, labels }, 1);
    // loss = mean(y^2) with y = x m (w0 + w1) / 2: the gradient of each w is sum(y^2) / 4.
    const gradient = sum((y as TensorOf<'float32'>).data.map((value) => value * value)) / 4;
    expect(run.state().get('w')).toEqual(Float32Array.of(1 - gradient, 1 - gradient));
  });

  test('is off in a frozen part, and on between a frozen part and what is trained', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', 2]);
    for (const name of ['frozen0', 'frozen1', 'head']) graph.initializer(name, float32([1, 2, 3, 4], [2, 2]));
    const ratio = graph.constant(scalar(0.5));
    const dropped = (value: string) => graph.node('Relu', [graph.node('Dropout', [value, ratio])]);
    const first = graph.node('MatMul', ['x', 'frozen0']);
    const second = graph.node('MatMul', [dropped(first), 'frozen1']);
    graph.output(graph.node('MatMul', [dropped(second), 'head'], {}, { outputs: ['y'] }), 'float32', ['n', 2]);
    const trained = training(graph.build(), 0, ['head']);
    expect(trained.model.graph.node.filter(({ opType }) => opType === 'Dropout')).toHaveLength(1);
  });

  test('needs a constant ratio', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', 2]);
    graph.input('ratio', 'float32', []);
    graph.initializer('w', float32([1, 2, 3, 4], [2, 2]));
    const product = graph.node('MatMul', ['x', 'w']);
    graph.node('Dropout', [product, 'ratio'], {}, { name: 'drop', outputs: ['y'] });
    graph.output('y', 'float32', ['n', 2]);
    expect(() => training(graph.build())).toThrow(
      expect.objectContaining({ code: 'NOT_TRAINABLE', place: { node: 'drop', operator: 'Dropout' } }),
    );
  });
});
