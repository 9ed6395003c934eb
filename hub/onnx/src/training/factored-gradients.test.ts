import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../format/attributes.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { checkModel } from '../inspect/check-model.ts';
import { int64 } from '../tensor/tensor.ts';
import { CLASSIFICATION, expectSameBits, type Task } from '../testing/both-ways.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

const BATCH = 7;
const CLASSES = 3;

interface Kernel {
  readonly input: readonly number[];
  /** [feature, channel / group, ...kernel]; of a ConvTranspose [channel, feature, ...kernel] */
  readonly dims: readonly number[];
  readonly operator?: 'Conv' | 'ConvTranspose';
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Edge of the windows of a pooling behind it. */
  readonly pooled?: number;
}

/** One kernel, with a convolution in front of it so that its input is no input of the graph. */
function kernelTask({ input, dims, operator = 'Conv', attributes, pooled }: Kernel): Task {
  const graph = new GraphBuilder();
  const random = seededRandom(4);
  const [channels = 1, ...sizes] = input;
  graph.input('x', 'float32', ['batch', 1, ...sizes]);
  graph.initializer('first', randomFloat32(random, [channels, 1, ...sizes.map(() => 1)]));
  graph.initializer('kernel', randomFloat32(random, dims, 0.1));
  const before = graph.node('Relu', [graph.node('Conv', ['x', 'first'])]);
  const filtered = graph.node(operator, [before, 'kernel'], attributes ?? {});
  const window = sizes.map(() => pooled ?? 1);
  const kept = pooled ? graph.node('MaxPool', [filtered], { kernel_shape: window, strides: window }) : filtered;
  const means = graph.node('Flatten', [graph.node('GlobalAveragePool', [graph.node('Relu', [kept])])]);
  const features = operator === 'Conv' ? (dims[0] ?? 0) : (dims[1] ?? 0);
  graph.initializer('head', randomFloat32(random, [features, CLASSES]));
  graph.node('MatMul', [means, 'head'], {}, { outputs: ['logits'] });
  const model = graph.output('logits', 'float32', ['batch', CLASSES]).build();
  return { model, feeds: { x: randomFloat32(random, [BATCH, 1, ...sizes]), labels: labels() } };
}

function labels() {
  return int64(Array.from({ length: BATCH }, (_, row) => (row * 5) % CLASSES));
}

const KERNELS: Readonly<Record<string, Kernel>> = {
  'of more features than entries': { input: [6, 5, 5], dims: [90, 6, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  'of more entries than features': { input: [30, 5, 5], dims: [70, 30, 3, 3] },
  'of single entries': { input: [20, 4, 4], dims: [70, 20, 1, 1] },
  'with a pooling behind it': { input: [20, 6, 6], dims: [80, 20, 3, 3], pooled: 2 },
  'over large images': { input: [40, 12, 12], dims: [20, 40, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  'over large images, with strides': {
    ...{ input: [40, 21, 21], dims: [20, 40, 3, 3] },
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  'of few channels over large images': { input: [5, 40, 40], dims: [20, 5, 3, 3] },
  'over long series': { input: [40, 900], dims: [20, 40, 5], attributes: { dilations: [2] } },
  'that is transposed': { input: [30, 10, 10], dims: [30, 20, 3, 3], operator: 'ConvTranspose' },
};

describe('the gradient of a kernel is made of what it read and what came back, to the bits of the whole', () => {
  for (const [name, kernel] of Object.entries(KERNELS)) {
    test(name, async () => {
      const task = kernelTask(kernel);
      for (const optimizer of [{ kind: 'sgd' }, { kind: 'adam', weightDecay: 0.1 }] as const) {
        const { deferred } = await expectSameBits(task, { optimizer, clipNorm: 0.05 }, 500, 150);
        expect(deferred.map((weight) => [weight.name, weight.gradient.kind])).toEqual([['kernel', 'factors']]);
        for (const { update } of deferred) expect(checkModel(update.model)).toEqual([]);
      }
    });
  }
});

test('the gradient of a kernel of groups is given as it is', async () => {
  const task = kernelTask({ input: [40, 12, 12], dims: [80, 20, 3, 3], attributes: { group: 2 } });
  const { deferred } = await expectSameBits(task, {}, 500, 150);
  expect(deferred.map(({ gradient }) => gradient.kind)).toEqual(['whole']);
});

test('gradients whose factors are larger for a batch are given as they are', () => {
  const { model } = kernelTask({ input: [30, 5, 5], dims: [70, 30, 3, 3] });
  // 30 channels of 25 positions and 70 features of 9 against 18,900 entries.
  const kindFor = (batchRows: number): string[] => {
    const { deferred } = buildTrainingGraph(model, { loss: CLASSIFICATION, deferredFrom: 500, batchRows });
    return deferred.map(({ gradient }) => gradient.kind);
  };
  expect(kindFor(13)).toEqual(['factors']);
  expect(kindFor(14)).toEqual(['whole']);
});

function recurrentTask(operator: 'LSTM' | 'GRU', attributes: Readonly<Record<string, AttributeValue>>): Task {
  const graph = new GraphBuilder();
  const random = seededRandom(5);
  const [steps, features, hidden] = [4, 9, 11];
  const rows = (operator === 'LSTM' ? 4 : 3) * hidden;
  const directions = attributes['direction'] === 'bidirectional' ? 2 : 1;
  graph.input('x', 'float32', ['batch', steps, features]);
  graph.initializer('w', randomFloat32(random, [directions, rows, features], 0.3));
  graph.initializer('r', randomFloat32(random, [directions, rows, hidden], 0.3));
  const series = graph.node('Transpose', ['x'], { perm: [1, 0, 2] });
  const [, last = ''] = graph.nodeWithOutputs(2, operator, [series, 'w', 'r'], { hidden_size: hidden, ...attributes });
  const flat = graph.node('Flatten', [graph.node('Transpose', [last], { perm: [1, 0, 2] })]);
  graph.initializer('head', randomFloat32(random, [directions * hidden, CLASSES]));
  graph.node('MatMul', [flat, 'head'], {}, { outputs: ['logits'] });
  const model = graph.output('logits', 'float32', ['batch', CLASSES]).build();
  return { model, feeds: { x: randomFloat32(random, [BATCH, steps, features]), labels: labels() } };
}

describe('gradients of recurrent layers are products by blocks of rows, to the bits of the whole', () => {
  for (const [operator, attributes] of [
    ['LSTM', {}],
    ['LSTM', { direction: 'bidirectional' }],
    ['GRU', { direction: 'bidirectional' }],
    ['GRU', { linear_before_reset: 1 }],
  ] as const) {
    test(`${operator} with ${JSON.stringify(attributes)}`, async () => {
      const task = recurrentTask(operator, attributes);
      const { deferred } = await expectSameBits(task, { optimizer: { kind: 'adam' }, clipNorm: 0.1 }, 200, 70);
      expect(deferred.map(({ name, gradient }) => [name, gradient.kind])).toEqual([
        ['w', 'factors'],
        ['r', 'factors'],
      ]);
    });
  }
});
