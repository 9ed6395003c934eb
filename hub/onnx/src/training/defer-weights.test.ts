import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { checkModel } from '../inspect/check-model.ts';
import { int64 } from '../tensor/tensor.ts';
import { CLASSIFICATION, expectSameBits, type Task } from '../testing/both-ways.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { denseClassifier } from '../testing/networks/dense-classifier.ts';
import { imageClassifier } from '../testing/networks/image-classifier.ts';
import { textClassifier } from '../testing/networks/text-classifier.ts';
import { transformerClassifier } from '../testing/networks/transformer-classifier.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { TrainingOptions } from './training-graph.ts';

const loss = CLASSIFICATION;

/** Rows and layers of sizes that leave something over in every blocking of a product. */
function denseTask(): Task {
  const random = seededRandom(3);
  const rows = 37;
  const features = randomFloat32(random, [rows, 45], 2);
  const labels = int64(Array.from({ length: rows }, (_, row) => (row * 7) % 5));
  return { model: denseNetwork({ sizes: [45, 301, 130, 5], seed: 2 }), feeds: { features, labels } };
}

const OPTIONS: Readonly<Record<string, Omit<TrainingOptions, 'loss'>>> = {
  'plain descent': { optimizer: { kind: 'sgd' } },
  "descent with Nesterov's momentum, decay and clipping": {
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    clipNorm: 0.1,
  },
  'RMSprop with momentum and decay of all': {
    optimizer: { kind: 'rmsprop', momentum: 0.5, weightDecay: 0.1, decayed: 'all' },
  },
  'Adam with decay and averages': { optimizer: { kind: 'adam', weightDecay: 0.1 }, averageDecay: 0.9 },
  'AdamW of named weights, clipped': {
    optimizer: { kind: 'adamw', weightDecay: 0.1, decayed: ['w0', 'b1'] },
    clipNorm: 0.5,
    averageDecay: 0.5,
  },
};

describe('deferred weights are updated to the bits of a run that does all at once', () => {
  for (const [name, options] of Object.entries(OPTIONS)) {
    test(`with ${name}`, async () => {
      const graph = await expectSameBits(denseTask(), options, 1, 700);
      expect(graph.state.filter(({ kind }) => kind === 'weight')).toEqual([]);
      await expectSameBits(denseTask(), options, 302, 5_000);
    });
  }

  for (const [name, network] of Object.entries({
    denseClassifier,
    imageClassifier,
    textClassifier,
    transformerClassifier,
  })) {
    test(`in ${name}`, async () => {
      const { model, x, labels } = network();
      const task = { model, feeds: { x, labels: int64(labels) } };
      await expectSameBits(task, { optimizer: { kind: 'adamw' }, clipNorm: 1 }, 20, 50);
    });
  }
});

test('the gradient of a matrix that meets the rows of a batch is given as its factors', () => {
  const graph = buildTrainingGraph(denseTask().model, { loss, deferredFrom: 302 });
  expect(graph.deferred.map(({ name, gradient }) => [name, gradient.kind])).toEqual([
    ['w0', 'factors'],
    ['w1', 'factors'],
    ['w2', 'factors'],
  ]);
  expect(checkModel(graph.model)).toEqual([]);
  for (const { update } of graph.deferred) expect(checkModel(update.model)).toEqual([]);
});

test('a gradient whose factors do not come from the batch is given as it is', async () => {
  const graph = new GraphBuilder();
  const random = seededRandom(8);
  graph.input('x', 'float32', ['batch', 6]);
  graph.initializer('inner', randomFloat32(random, [6, 2]));
  graph.initializer('outer', randomFloat32(random, [2, 3]));
  const product = graph.node('MatMul', ['inner', 'outer']);
  graph.node('MatMul', ['x', product], {}, { outputs: ['logits'] });
  const model = graph.output('logits', 'float32', ['batch', 3]).build();
  const feeds = { x: randomFloat32(random, [5, 6]), labels: int64([0, 1, 2, 0, 1]) };
  const { deferred } = await expectSameBits({ model, feeds }, {}, 1, 3);
  expect(deferred.map(({ gradient }) => gradient.kind)).toEqual(['whole', 'whole']);
});

test('the gradient of a table is given as the rows that were looked up, some of them twice or from the end', async () => {
  const graph = new GraphBuilder();
  const random = seededRandom(9);
  graph.input('x', 'int64', ['batch', 3]);
  graph.initializer('table', randomFloat32(random, [50, 2, 2]));
  graph.initializer('w', randomFloat32(random, [12, 3]));
  const rows = graph.node('Flatten', [graph.node('Gather', ['table', 'x'])]);
  graph.node('MatMul', [rows, 'w'], {}, { outputs: ['logits'] });
  const model = graph.output('logits', 'float32', ['batch', 3]).build();
  const feeds = { x: int64([0, 7, 7, -1, 49, 13, 13, -50, 20], [3, 3]), labels: int64([0, 1, 2]) };
  for (const options of [{}, { clipNorm: 0.01 }]) {
    const { deferred } = await expectSameBits({ model, feeds }, { ...options, trainable: ['table', 'w'] }, 20, 30);
    expect(deferred.map(({ gradient }) => gradient.kind)).toEqual(['rows', 'factors']);
  }
});

test('a table that is read in another way too has a gradient that is whole', async () => {
  const graph = new GraphBuilder();
  const random = seededRandom(9);
  graph.input('x', 'int64', ['batch']);
  graph.initializer('table', randomFloat32(random, [6, 4]));
  graph.node(
    'MatMul',
    [graph.node('Gather', ['table', 'x']), graph.node('Transpose', ['table'])],
    {},
    { outputs: ['logits'] },
  );
  const model = graph.output('logits', 'float32', ['batch', 6]).build();
  const feeds = { x: int64([0, 5, 3, 3]), labels: int64([0, 1, 2, 3]) };
  const { deferred } = await expectSameBits({ model, feeds }, { trainable: ['table'] }, 1, 7);
  expect(deferred.map(({ gradient }) => gradient.kind)).toEqual(['whole']);
});

test('weights that are updated alike share a graph', () => {
  const options = { loss, optimizer: { kind: 'sgd', weightDecay: 0.1 }, deferredFrom: 1 } as const;
  const { deferred } = buildTrainingGraph(denseNetwork({ sizes: [4, 5, 6, 3] }), options);
  const updates = new Map(deferred.map(({ name, update }) => [name, update]));
  expect(updates.get('w0')).toBe(updates.get('w2'));
  expect(updates.get('b0')).toBe(updates.get('b2'));
  expect(new Set(updates.values()).size).toBe(2);
});

test('several steps in a run cannot leave weights for later', () => {
  const build = () => buildTrainingGraph(denseTask().model, { loss, deferredFrom: 1, stepsPerRun: 2 });
  expect(build).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});
