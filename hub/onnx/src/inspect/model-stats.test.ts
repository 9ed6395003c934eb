import { describe, expect, test } from 'vitest';
import { withFields, withGraph } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { modelStats } from './model-stats.ts';

describe('modelStats', () => {
  test('counts a dense network', () => {
    const stats = modelStats(denseNetwork({ sizes: [5, 8, 3] }));
    const parameters = 5 * 8 + 8 + 8 * 3 + 3 + 3 * 5 + 2;
    expect(stats).toEqual({
      inputs: [{ name: 'features', type: 'float32', dims: ['batch', 5] }],
      outputs: [{ name: 'probabilities', type: 'float32', dims: ['batch', 3] }],
      parameterCount: parameters,
      weightBytes: parameters * 4,
      multiplyAddsPerRow: 5 * 8 + 8 * 3,
      unestimatedOperators: [],
      operators: { Clip: 1, Div: 1, Gemm: 2, IsNaN: 1, Relu: 1, Softmax: 1, Sub: 1, Where: 1 },
      opsets: { '': 21 },
      irVersion: 10,
      hasExternalData: false,
    });
  });

  test('counts constants of every kind and operators inside of nodes', () => {
    const stats = modelStats(readModel(OFFICIAL_MODEL));
    // w 4 floats, i 3 int64, h 2 halves, s 2 strings of 1 and 2 bytes, sparse 1 float and 1 index.
    expect(stats.parameterCount).toBe(4 + 3 + 2 + 2 + 1 + 1);
    expect(stats.weightBytes).toBe(16 + 24 + 4 + 3 + 4 + 8);
    expect(stats.operators).toEqual({ 'ai.onnx.ml.LabelEncoder': 1, Gemm: 1, Identity: 2, If: 1, 'local.Twice': 1 });
    expect(stats.opsets).toEqual({ '': 21, 'ai.onnx.ml': 4, local: 1 });
    expect(stats.unestimatedOperators).toEqual(['local.Twice']);
  });

  test('multiplies the sizes of a batched MatMul', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 7, 4]);
    graph.initializer('w', float32(new Float32Array(20), [4, 5]));
    graph.output(graph.node('MatMul', ['x', 'w']), 'float32', ['batch', 7, 5]);
    expect(modelStats(graph.build()).multiplyAddsPerRow).toBe(7 * 4 * 5);
  });

  test('sees external data, and leaves initializers out of the inputs', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'int64', ['n']);
    graph.initializer('c', int64([1]));
    graph.output(graph.node('Add', ['x', 'c']), 'int64', ['n']);
    const model = graph.build();
    const listed = withGraph(model, {
      input: [...model.graph.input, withFields(model.graph.input[0]!, { name: 'c' })],
    });
    expect(modelStats(listed).inputs.map(({ name }) => name)).toEqual(['x']);
    const [constant] = model.graph.initializer;
    const external = withFields(constant!, { rawData: null, externalData: [{ key: 'location', value: 'c.bin' }] });
    expect(modelStats(withGraph(model, { initializer: [external] })).hasExternalData).toBe(true);
  });
});
