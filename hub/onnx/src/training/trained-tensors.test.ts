import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32, scalar } from '../tensor/tensor.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import { trainedTensors } from './trained-tensors.ts';

test('trained tensors are the state of the training graph, without what the optimizer keeps', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  graph.initializer('w', float32([1, 2, 3, 4], [2, 2]));
  for (const name of ['scale', 'bias', 'mean', 'variance', 'frozen']) graph.initializer(name, float32([1, 2]));
  const product = graph.node('MatMul', [graph.node('Add', ['x', 'frozen']), 'w']);
  const normal = graph.node('BatchNormalization', [product, 'scale', 'bias', 'mean', 'variance']);
  graph.node('Dropout', [normal, graph.constant(scalar(0.5))], {}, { outputs: ['y'] });
  const model = graph.output('y', 'float32', ['batch', 2]).build();
  const options = {
    loss: { kind: 'mean-squared-error', output: 'y' },
    optimizer: { kind: 'sgd' },
    trainable: ['w', 'scale', 'bias'],
  } as const;
  const { state } = buildTrainingGraph(model, options);
  const expected = state.map(({ name, kind, dims, initial }) => ({ name, kind, dims, initial }));
  expect(trainedTensors(model, options)).toEqual(expected);
  expect(expected.map(({ name }) => name)).toEqual(['w', 'scale', 'bias', 'mean', 'variance', 'dropout_step']);
});
