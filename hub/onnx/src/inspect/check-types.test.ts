import { describe, expect, test } from 'vitest';
import { withGraph } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { toValueInfo } from '../graph/value-type.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { checkTypes } from './check-types.ts';

type Build = (graph: GraphBuilder) => string;

function faultsOf(build: Build): string[] {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4]);
  graph.input('image', 'float32', ['batch', 3, 8, 8]);
  graph.input('n', 'int64', [4]);
  build(graph);
  return checkTypes(graph.build()).map(({ code, message }) => `${code} ${message}`);
}

/** Nodes that ONNX Runtime refuses too, with what is said of them. */
const FAULTY: Readonly<Record<string, readonly [Build, RegExp]>> = {
  'two types in one sum': [
    (graph) => graph.node('Add', ['x', 'n']),
    /^TYPE_MISMATCH .*of one type, got float32 and int64$/,
  ],
  'a type that an operator does not take': [
    (graph) => graph.node('Sqrt', ['n']),
    /^TYPE_MISMATCH .*float16 or .* as input 0, got int64$/,
  ],
  'a fixed type': [(graph) => graph.node('Reshape', ['x', 'x']), /^TYPE_MISMATCH .*int64 as input 1, got float32$/],
  'shapes that do not broadcast': [
    (graph) => graph.node('Mul', ['x', graph.constant(float32([1, 2, 3]))]),
    /^SHAPE_MISMATCH .*inputs that broadcast, got \[batch,4\] and \[3\]$/,
  ],
  'a product of matrices that do not fit': [
    (graph) => graph.node('MatMul', ['x', graph.constant(float32(new Float32Array(10), [5, 2]))]),
    /^SHAPE_MISMATCH .*got 4 and 5$/,
  ],
  'a transposed Gemm that does not fit': [
    (graph) => graph.node('Gemm', ['x', graph.constant(float32(new Float32Array(8), [4, 2]))], { transB: 1 }),
    /^SHAPE_MISMATCH .*got 4 and 2$/,
  ],
  'weights for other channels': [
    (graph) => graph.node('Conv', ['image', graph.constant(float32(new Float32Array(4), [2, 2, 1, 1]))]),
    /^SHAPE_MISMATCH .*got 3 and 2$/,
  ],
  'parts of different sizes': [
    (graph) => graph.node('Concat', ['x', graph.constant(float32(new Float32Array(3), [1, 3]))], { axis: 0 }),
    /^SHAPE_MISMATCH .*inputs of one size on axis 1, got 4 and 3$/,
  ],
  'an axis that is not there': [
    (graph) => graph.node('Concat', ['x', 'x'], { axis: 2 }),
    /^SHAPE_MISMATCH .*axes from -2 to 1, got 2$/,
  ],
  'an axis in a list that is not there': [
    (graph) => graph.node('Unsqueeze', ['x', graph.constant(int64([0, -5]))]),
    /^SHAPE_MISMATCH .*axes from -4 to 3, got -5$/,
  ],
  'an order that is none': [
    (graph) => graph.node('Transpose', ['x'], { perm: [1, 1] }),
    /^SHAPE_MISMATCH .*an order of 2 axes, got \[1,1\]$/,
  ],
  'a shape with other entries': [
    (graph) => graph.node('Reshape', ['n', graph.constant(int64([3]))]),
    /^SHAPE_MISMATCH .*got 4 and 3$/,
  ],
};

describe('checkTypes', () => {
  test('finds nothing in a good model', () => {
    expect(checkTypes(denseNetwork({ sizes: [2, 3, 2] }))).toEqual([]);
  });

  for (const [name, [build, expected]] of Object.entries(FAULTY)) {
    test(`finds ${name}`, () => {
      expect(faultsOf(build)).toEqual([expect.stringMatching(expected)]);
    });
  }

  test('says nothing of what is not known', () => {
    expect(faultsOf((graph) => graph.node('Add', [graph.node('Odd', ['x'], {}, { domain: 'acme' }), 'n']))).toEqual([]);
  });

  test('finds declarations that contradict the graph, of inner values and inside of nodes too', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    const inner = new GraphBuilder({ name: 'inner' });
    inner.output(inner.node('Exp', ['x'], {}, { outputs: ['e'] }), 'float64');
    graph.input('c', 'bool', []);
    graph.node('If', ['c'], { then_branch: inner.graph(), else_branch: inner.graph() });
    graph.output(graph.node('Shape', ['x'], {}, { outputs: ['s'] }), 'int32', [2]);
    graph.node('Relu', ['x'], {}, { outputs: ['r'] });
    const model = withGraph(graph.build(), { valueInfo: [toValueInfo('r', { type: 'float32', dims: ['batch', 5] })] });
    expect(checkTypes(model).map(({ code, place }) => [code, place.value])).toEqual([
      ['SHAPE_CONTRADICTION', 'r'],
      ['TYPE_CONTRADICTION', 's'],
      ['TYPE_CONTRADICTION', 'e'],
      ['TYPE_CONTRADICTION', 'e'],
    ]);
  });
});
