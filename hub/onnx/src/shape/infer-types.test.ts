import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { inferTypes } from './infer-types.ts';

const SIZES: Readonly<Record<string, number>> = { batch: 3, length: 5 };

/** Graphs over x [batch, 4], y [4] and z [batch, length, 4]; each returns the value under test. */
const GRAPHS: Readonly<Record<string, (graph: GraphBuilder) => string>> = {
  Add: (graph) => graph.node('Add', ['x', 'y']),
  'Mul of three dimensions': (graph) => graph.node('Mul', ['y', 'z']),
  Equal: (graph) => graph.node('Equal', ['x', 'y']),
  Where: (graph) => graph.node('Where', [graph.node('IsNaN', ['x']), 'y', 'x']),
  Gemm: (graph) => graph.node('Gemm', ['x', weights(graph, [7, 4])], { transB: 1, alpha: float(2) }),
  MatMul: (graph) => graph.node('MatMul', ['z', weights(graph, [4, 6])]),
  'MatMul with a vector': (graph) => graph.node('MatMul', ['x', 'y']),
  Cast: (graph) => graph.node('Cast', ['x'], { to: DATA_TYPE.int32 }),
  'Reshape with copies': (graph) => graph.node('Reshape', ['z', graph.constant(int64([0, -1, 2, 2]))]),
  'Reshape to a list': (graph) => graph.node('Reshape', ['y', graph.constant(int64([2, -1]))]),
  Flatten: (graph) => graph.node('Flatten', ['z'], { axis: 2 }),
  Concat: (graph) => graph.node('Concat', ['x', 'x'], { axis: -1 }),
  Transpose: (graph) => graph.node('Transpose', ['z'], { perm: [2, 0, 1] }),
  'Transpose by default': (graph) => graph.node('Transpose', ['x']),
  Unsqueeze: (graph) => graph.node('Unsqueeze', ['x', graph.constant(int64([0, -1]))]),
  Squeeze: (graph) => {
    const widened = graph.node('Unsqueeze', ['x', graph.constant(int64([1]))]);
    return graph.node('Squeeze', [widened, graph.constant(int64([1]))]);
  },
  ReduceSum: (graph) => graph.node('ReduceSum', ['z', graph.constant(int64([-1]))], { keepdims: 0 }),
  'ReduceMean of all': (graph) => graph.node('ReduceMean', ['z']),
  'ReduceMax with kept axes': (graph) => graph.node('ReduceMax', ['z', graph.constant(int64([1]))]),
  ArgMax: (graph) => graph.node('ArgMax', ['z'], { axis: 2, keepdims: 0 }),
  Shape: (graph) => graph.node('Shape', ['z']),
  Gather: (graph) => graph.node('Gather', ['y', graph.constant(int64([0, 1, 1]))]),
  DynamicQuantizeLinear: (graph) => graph.nodeWithOutputs(3, 'DynamicQuantizeLinear', ['x'])[0] ?? '',
  Softmax: (graph) => graph.node('Softmax', ['z']),
};

function weights(graph: GraphBuilder, dims: readonly number[]): string {
  return graph.constant(randomFloat32(seededRandom(1), dims), 'weights');
}

function inputs(): GraphBuilder {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4]);
  graph.input('y', 'float32', [4]);
  graph.input('z', 'float32', ['batch', 'length', 4]);
  return graph;
}

describe('inferTypes', () => {
  for (const [name, build] of Object.entries(GRAPHS)) {
    test(`knows what ONNX Runtime makes of ${name}`, async () => {
      const graph = inputs();
      const value = build(graph);
      const { type, dims } = inferTypes(graph.build()).typeOf(value);
      // Whatever type is declared here must be the real one, or the session would not load.
      const session = await ortSession(graph.output(value, type ?? 'float32').build());
      const random = seededRandom(2);
      const outputs = await session.run({
        x: randomFloat32(random, [3, 4]),
        y: randomFloat32(random, [4]),
        z: randomFloat32(random, [3, 5, 4]),
      });
      expect(type).toBe(outputs[value]?.type);
      const sizes = dims?.map((dim) => (typeof dim === 'string' ? SIZES[dim] : dim));
      expect(sizes).toHaveLength(outputs[value]?.dims.length ?? -1);
      for (const [axis, size] of sizes?.entries() ?? []) {
        if (size !== undefined) expect(size).toBe(outputs[value]?.dims[axis]);
      }
    });
  }

  test('keeps the batch symbolic through a network', () => {
    const graph = inputs();
    const flat = graph.node('Reshape', ['x', graph.constant(int64([0, 4]))]);
    const product = graph.node('Gemm', [flat, weights(graph, [4, 2])]);
    expect(inferTypes(graph.build()).typeOf(product).dims).toEqual(['batch', 2]);
  });

  test('knows nothing behind an unknown operator, and trusts what the file declares', () => {
    const graph = inputs();
    const odd = graph.node('Strange', ['x']);
    const declared = graph.node('Strange', ['x']);
    graph.output(declared, 'float32', ['batch', 4]);
    const types = inferTypes(graph.build());
    expect(types.typeOf(odd)).toEqual({ type: undefined, dims: undefined });
    expect(types.typeOf(declared)).toEqual({ type: 'float32', dims: ['batch', 4] });
  });

  test('refuses a cycle', () => {
    const graph = inputs();
    graph.node('Add', ['x', 'later'], {}, { name: 'first', outputs: ['early'] });
    graph.node('Neg', ['early'], {}, { outputs: ['later'] });
    expect(() => inferTypes(graph.build())).toThrow(
      expect.objectContaining({ code: 'GRAPH_CYCLIC', place: { node: 'first', operator: 'Add' } }),
    );
  });

  test('reads constants of nodes as well as of the graph', () => {
    const graph = inputs();
    const floats = graph.node('Constant', [], { value_floats: float([1, 2]) });
    const whole = graph.node('Constant', [], { value_int: 7 });
    const value = graph.node('Constant', [], { value: float32([3], []) });
    const { constants } = inferTypes(graph.build());
    expect(constants.get(floats)).toEqual(float32([1, 2]));
    expect(constants.get(whole)).toEqual(int64([7], []));
    expect(constants.get(value)).toEqual(float32([3], []));
    expect(constants.get('x')).toBeUndefined();
  });
});
