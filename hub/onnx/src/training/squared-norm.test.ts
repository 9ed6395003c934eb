import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { int64 } from '../tensor/tensor.ts';
import { CLASSIFICATION, type Task } from '../testing/both-ways.ts';
import { DeferredRun } from '../testing/deferred-run.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

const BATCH = 7;
const CLASSES = 3;
const MAX_NORM = 1e-3;
/** Entries of pieces in which weights are updated. */
const PIECE = 2 ** 17;

/** A weight of more than a million entries, and what it gives classes to be told from. */
interface Large {
  readonly dims: readonly number[];
  /** Shape of a row, and the reader of the weight `large`; returns [batch, width]. */
  readonly input: readonly number[];
  readonly width: number;
  readonly read: (graph: GraphBuilder, x: string) => string;
}

const LARGE: Readonly<Record<string, Large>> = {
  matrix: {
    ...{ dims: [1_100, 1_000], input: [1_100], width: 1_000 },
    read: (graph, x) => graph.node('MatMul', [x, 'large']),
  },
  table: {
    ...{ dims: [70_000, 16], input: [4], width: 16 },
    read: (graph, x) => {
      return graph.node('ReduceMean', [graph.node('Gather', ['large', x]), graph.constant(int64([1]))], {
        keepdims: 0,
      });
    },
  },
  kernel: {
    ...{ dims: [120, 1_000, 3, 3], input: [1_000, 4, 4], width: 120 },
    read: (graph, x) => {
      const filtered = graph.node('Conv', [graph.node('Relu', [x]), 'large'], { pads: [1, 1, 1, 1] });
      return graph.node('Flatten', [graph.node('GlobalAveragePool', [filtered])]);
    },
  },
};

function taskOf({ dims, input, width, read }: Large, isTable: boolean): Task {
  const graph = new GraphBuilder();
  const random = seededRandom(6);
  graph.initializer('large', randomFloat32(random, dims, 0.1));
  graph.initializer('head', randomFloat32(random, [width, CLASSES]));
  const hidden = read(graph, graph.input('x', isTable ? 'int64' : 'float32', ['batch', ...input]));
  graph.node('MatMul', [hidden, 'head'], {}, { outputs: ['logits'] });
  const model = graph.output('logits', 'float32', ['batch', CLASSES]).build();
  const values = randomFloat32(random, [BATCH, ...input]);
  // Rows from the end too, and some several times.
  const rows = int64(
    Array.from(values.data, (_, at) => ((at * 7) % 5) - 2),
    values.dims,
  );
  const labels = int64(Array.from({ length: BATCH }, (_, row) => (row * 5) % CLASSES));
  return { model, feeds: { x: isTable ? rows : values, labels } };
}

for (const [kind, large] of Object.entries(LARGE)) {
  test(`a step along the gradient of a large ${kind} is clipped to the length that it may have`, async () => {
    const { model, feeds } = taskOf(large, kind === 'table');
    const options = {
      loss: CLASSIFICATION,
      optimizer: { kind: 'sgd' },
      trainable: ['large'],
      clipNorm: MAX_NORM,
    } as const;
    const whole = buildTrainingGraph(model, options);
    const deferred = buildTrainingGraph(model, { ...options, deferredFrom: 1 });
    const before = whole.state[0]?.initial ?? [];
    for (const run of [await TrainingRun.start(whole), await DeferredRun.start(deferred, PIECE)]) {
      await run.step(feeds, 1);
      const squares = run
        .state()
        .get('large')!
        .map((value, at) => (value - before[at]!) ** 2);
      // Steps of a thousandth, rounded where they are added to weights of about 0.1: three digits are left.
      expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) / MAX_NORM).toBeCloseTo(1, 2);
    }
  });
}
