import { expect, test } from 'vitest';
import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { valuesRead } from '../graph/topology.ts';
import { checkModel } from '../inspect/check-model.ts';
import { float32 } from '../tensor/tensor.ts';
import { CLASSIFICATION } from '../testing/both-ways.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

const CLASSES = 3;
const STEPS = 2;

/** Gates, and so many hidden units that the recurrence of one direction has at least 2^20 entries. */
const LAYERS = { LSTM: [4, 512], GRU: [3, 592], RNN: [1, 1_024] } as const;

/** A recurrent layer that runs both ways. */
function bothWays(operator: keyof typeof LAYERS, hidden: number): Model {
  const graph = new GraphBuilder();
  const weight = (name: string, dims: readonly number[]): string =>
    graph.initializer(name, float32(new Float32Array(dims.reduce((size, dim) => size * dim, 1)), dims));
  graph.input('x', 'float32', [STEPS, 'batch', 1]);
  const rows = LAYERS[operator][0] * hidden;
  const weights = [weight('w', [2, rows, 1]), weight('r', [2, rows, hidden])];
  const attributes = { hidden_size: hidden, direction: 'bidirectional' };
  const [, last = ''] = graph.nodeWithOutputs(2, operator, ['x', ...weights], attributes);
  const flat = graph.node('Flatten', [graph.node('Transpose', [last], { perm: [1, 0, 2] })]);
  graph.node('MatMul', [flat, weight('head', [2 * hidden, CLASSES])], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

const OPTIONS = { loss: CLASSIFICATION, deferredFrom: 1_000 };

for (const [operator, [gates, hidden]] of Object.entries(LAYERS)) {
  test(`the large weights of each direction of ${operator} are inputs, which only loops read`, () => {
    const forward = bothWays(operator as keyof typeof LAYERS, hidden);
    const { model, deferred, feeds } = buildTrainingGraph(forward, OPTIONS);
    const { node } = model.graph;
    const [weights, recurrence] = ['w', 'r'].map((wanted) => deferred.find(({ name }) => name === wanted));
    const [size, dims] = [gates * hidden * hidden, [gates * hidden, hidden]];
    const parts = recurrence?.parts.toSorted((first, second) => first.from - second.from) ?? [];
    expect(parts).toMatchObject([
      { dims, from: 0, to: size },
      { dims, from: size, to: 2 * size },
    ]);
    for (const { input } of parts) {
      const readers = node.filter((reader) => valuesRead(reader).includes(input)).map(({ opType }) => opType);
      expect(new Set(readers)).toEqual(new Set(['Scan']));
    }
    expect(node.filter((reader) => valuesRead(reader).includes(recurrence?.input ?? ''))).toEqual([]);
    expect(weights?.parts).toEqual([]);
    expect(feeds).toEqual(['x']);
    expect(checkModel(model)).toEqual([]);
  });
}

test('small weights of each direction are taken out of the whole', () => {
  const { deferred } = buildTrainingGraph(bothWays('LSTM', 511), OPTIONS);
  expect(deferred.map(({ parts }) => parts)).toEqual([[], [], []]);
});
