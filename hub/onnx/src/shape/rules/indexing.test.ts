import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { float32, int64, scalar, tensor } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';

interface Case {
  readonly build: (graph: GraphBuilder) => string | string[];
  /** Of every value. */
  readonly dims: readonly (readonly Dim[] | undefined)[];
  readonly opset?: number;
}

const END = 2 ** 31 - 1;

/** Values made of x [batch, 4, 6], the indices i [batch, 2], and lists with one and three integers. */
const CASES: Readonly<Record<string, Case>> = {
  Slice: {
    build: (graph) => slice(graph, [-3, 5], [100, -100], [1, 2], [1, -2]),
    dims: [['batch', 3, 3]],
  },
  'Slice of a whole symbolic axis': { build: (graph) => slice(graph, [0], [END]), dims: [['batch', 4, 6]] },
  'Slice that turns a symbolic axis around': {
    build: (graph) => slice(graph, [-1], [-END], [0], [-1]),
    dims: [['batch', 4, 6]],
  },
  'Slice of a part of a symbolic axis': { build: (graph) => slice(graph, [1], [END], [-3]), dims: [[undefined, 4, 6]] },
  'Slice that starts before the first entry and goes back': {
    build: (graph) => slice(graph, [-9], [-100], [1], [-1]),
    dims: [['batch', 1, 6]],
  },
  'Slice with computed limits': {
    build: (graph) => graph.node('Slice', ['x', 'one', list(graph, 3), list(graph, 1)]),
    dims: [['batch', undefined, 6]],
  },
  'Slice by attributes': {
    build: (graph) => graph.node('Slice', ['x'], { starts: [1, 2], ends: [END, 4], axes: [1, 2] }),
    dims: [['batch', 3, 2]],
    opset: 9,
  },
  'Slice by attributes without axes': {
    build: (graph) => graph.node('Slice', ['x'], { starts: [0, 2], ends: [END, -1] }),
    dims: [['batch', 1, 6]],
    opset: 9,
  },
  'Gather along the last axis': {
    build: (graph) => graph.node('Gather', ['x', 'i'], { axis: -1 }),
    dims: [['batch', 4, 'batch', 2]],
  },
  'Gather of one entry': {
    build: (graph) => graph.node('Gather', ['x', graph.constant(int64([-1], []))], { axis: 1 }),
    dims: [['batch', 6]],
  },
  GatherElements: {
    build: (graph) => graph.node('GatherElements', ['x', graph.node('Unsqueeze', ['i', list(graph, 2)])], { axis: 2 }),
    dims: [['batch', 2, 1]],
  },
  GatherND: { build: (graph) => graph.node('GatherND', ['x', 'i']), dims: [['batch', 6]] },
  'GatherND in batches': {
    build: (graph) => graph.node('GatherND', ['x', 'i'], { batch_dims: 1 }),
    dims: [['batch']],
  },
  ScatterElements: {
    build: (graph) => {
      const at = graph.constant(int64([0, 1, 2], [1, 3, 1]));
      return graph.node('ScatterElements', ['x', at, graph.constant(float32([0, 0, 0], [1, 3, 1]))], { axis: 1 });
    },
    dims: [['batch', 4, 6]],
  },
  ScatterND: {
    build: (graph) => {
      const at = graph.constant(int64([0, 1], [1, 2]));
      return graph.node('ScatterND', ['x', at, graph.constant(float32([1, 2, 3, 4, 5, 6], [1, 6]))]);
    },
    dims: [['batch', 4, 6]],
  },
  Shape: { build: (graph) => graph.node('Shape', ['x']), dims: [[3]] },
  'a part of a Shape': { build: (graph) => graph.node('Shape', ['x'], { start: -2, end: 9 }), dims: [[2]] },
  'an empty part of a Shape': { build: (graph) => graph.node('Shape', ['x'], { start: 2, end: 1 }), dims: [[0]] },
  Size: { build: (graph) => graph.node('Size', ['x']), dims: [[]] },
  NonZero: { build: (graph) => graph.node('NonZero', ['x']), dims: [[3, undefined]] },
  TopK: {
    build: (graph) => graph.nodeWithOutputs(2, 'TopK', ['x', list(graph, 2)], { axis: 1 }),
    dims: [
      ['batch', 2, 6],
      ['batch', 2, 6],
    ],
  },
  'TopK by attribute': {
    build: (graph) => graph.nodeWithOutputs(2, 'TopK', ['x'], { axis: -1, k: 3 }),
    dims: [
      ['batch', 4, 3],
      ['batch', 4, 3],
    ],
    opset: 9,
  },
  OneHot: {
    build: (graph) => graph.node('OneHot', ['i', graph.constant(int64([5], [])), graph.constant(float32([0, 1]))]),
    dims: [['batch', 2, 5]],
  },
  'OneHot in front': {
    build: (graph) =>
      graph.node('OneHot', ['i', graph.constant(scalar(5)), graph.constant(float32([0, 1]))], { axis: 0 }),
    dims: [[5, 'batch', 2]],
  },
  Range: { build: (graph) => range(graph, [1, 8, 2]), dims: [[4]] },
  'Range downwards': { build: (graph) => range(graph, [3, -4, -3]), dims: [[3]] },
  'Range of floats': {
    build: (graph) =>
      graph.node(
        'Range',
        [0, 1, 0.25].map((value) => graph.constant(scalar(value))),
      ),
    dims: [[4]],
  },
  ConstantOfShape: {
    build: (graph) =>
      graph.node('ConstantOfShape', [list(graph, 2, 3)], { value: tensor('float64', [1], Float64Array.of(7)) }),
    dims: [[2, 3]],
  },
  'ConstantOfShape of a computed shape': {
    build: (graph) => graph.node('ConstantOfShape', ['three']),
    dims: [[undefined, undefined, undefined]],
  },
  Compress: {
    build: (graph) => graph.node('Compress', ['x', booleans(graph, 1, 0, 1)], { axis: -2 }),
    dims: [['batch', undefined, 6]],
  },
  'Compress of all': { build: (graph) => graph.node('Compress', ['x', booleans(graph, 1, 0, 1)]), dims: [[undefined]] },
  Unique: {
    build: (graph) => graph.nodeWithOutputs(4, 'Unique', ['x'], { axis: 1 }),
    dims: [['batch', undefined, 6], [undefined], [undefined], [undefined]],
  },
  EyeLike: { build: (graph) => graph.node('EyeLike', ['i'], { dtype: DATA_TYPE.float64 }), dims: [['batch', 2]] },
};

function list(graph: GraphBuilder, ...values: number[]): string {
  return graph.constant(int64(values));
}

function booleans(graph: GraphBuilder, ...values: number[]): string {
  return graph.constant(tensor('bool', [values.length], Uint8Array.from(values)));
}

function slice(graph: GraphBuilder, starts: number[], ends: number[], axes?: number[], steps?: number[]): string {
  const inputs = [starts, ends, axes, steps].map((values) => values && graph.constant(int64(values)));
  return graph.node('Slice', ['x', ...inputs]);
}

function range(graph: GraphBuilder, limits: number[]): string {
  return graph.node(
    'Range',
    limits.map((value) => graph.constant(int64([value], []))),
  );
}

describe('inferTypes knows what ONNX Runtime makes of', () => {
  test.each(Object.entries(CASES))('%s', async (_, { build, dims, opset }) => {
    const graph = new GraphBuilder(opset === undefined ? {} : { opset });
    graph.input('x', 'float32', ['batch', 4, 6]);
    graph.input('i', 'int64', ['batch', 2]);
    graph.input('one', 'int64', [1]);
    graph.input('three', 'int64', [3]);
    const values = [build(graph)].flat();
    const feeds = {
      x: randomFloat32(seededRandom(1), [3, 4, 6]),
      i: int64([0, 1, 2, 3, -1, 0], [3, 2]),
      one: int64([1]),
      three: int64([2, 1, 5]),
    };
    expect(await expectRealTypes(graph, values, feeds, { batch: 3 })).toEqual(dims);
  });
});
