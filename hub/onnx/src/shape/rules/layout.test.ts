import { describe, expect, test } from 'vitest';
import { float } from '../../format/attributes.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { float32, int64 } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';

interface Case {
  readonly build: (graph: GraphBuilder) => string | string[];
  /** Of every value. */
  readonly dims: readonly (readonly Dim[] | undefined)[];
  readonly opset?: number;
}

/** Values made of x [batch, 4, 6] and y [1, 18, 2, 3], and of shapes with three and five sizes. */
const CASES: Readonly<Record<string, Case>> = {
  'Reshape to a computed shape': {
    build: (graph) => graph.node('Reshape', ['x', 'three']),
    dims: [[undefined, undefined, undefined]],
  },
  'Flatten of a symbolic axis': {
    build: (graph) => graph.node('Flatten', ['x'], { axis: 2 }),
    dims: [['4*batch', 6]],
  },
  'Unsqueeze by attribute': {
    build: (graph) => graph.node('Unsqueeze', ['x'], { axes: [0, -1] }),
    dims: [[1, 'batch', 4, 6, 1]],
    opset: 11,
  },
  'Squeeze by attribute': {
    build: (graph) => graph.node('Squeeze', ['y'], { axes: [-4] }),
    dims: [[18, 2, 3]],
    opset: 11,
  },
  'Squeeze of every 1': { build: (graph) => graph.node('Squeeze', ['y']), dims: [[18, 2, 3]] },
  Expand: {
    build: (graph) => graph.node('Expand', ['y', list(graph, 5, 18, 1, 3)]),
    dims: [[5, 18, 2, 3]],
  },
  'Expand to a computed shape': {
    build: (graph) => graph.node('Expand', ['y', 'five']),
    dims: [[undefined, undefined, 18, 2, 3]],
  },
  Tile: { build: (graph) => graph.node('Tile', ['x', list(graph, 2, 2, 3)]), dims: [['2*batch', 8, 18]] },
  Pad: {
    build: (graph) => graph.node('Pad', ['x', list(graph, 0, 1, -1, 0, 2, 0)]),
    dims: [['batch', 7, 5]],
  },
  'Pad by attribute': {
    build: (graph) => graph.node('Pad', ['x'], { pads: [1, 0, 1, 0, 0, 1] }),
    dims: [[undefined, 4, 8]],
    opset: 10,
  },
  'Pad of one axis': {
    build: (graph) => graph.node('Pad', ['x', list(graph, 2, 3), '', list(graph, -1)], { mode: 'edge' }),
    dims: [['batch', 4, 11]],
  },
  'Split into equal parts': {
    build: (graph) => graph.nodeWithOutputs(2, 'Split', ['x'], { axis: -1, num_outputs: 2 }),
    dims: [
      ['batch', 4, 3],
      ['batch', 4, 3],
    ],
  },
  'Split with a smaller last part': {
    build: (graph) => graph.nodeWithOutputs(4, 'Split', ['y'], { axis: 1, num_outputs: 4 }),
    dims: [5, 5, 5, 3].map((size) => [1, size, 2, 3]),
  },
  'Split by attribute': {
    build: (graph) => graph.nodeWithOutputs(2, 'Split', ['x'], { axis: 2, split: [1, 5] }),
    dims: [
      ['batch', 4, 1],
      ['batch', 4, 5],
    ],
    opset: 11,
  },
  'Split by input': {
    build: (graph) => graph.nodeWithOutputs(2, 'Split', ['x', list(graph, 1, 5)], { axis: 2 }),
    dims: [
      ['batch', 4, 1],
      ['batch', 4, 5],
    ],
  },
  DepthToSpace: { build: (graph) => graph.node('DepthToSpace', ['y'], { blocksize: 3 }), dims: [[1, 2, 6, 9]] },
  SpaceToDepth: {
    build: (graph) =>
      graph.node('SpaceToDepth', [graph.node('Tile', ['y', list(graph, 1, 1, 1, 2)])], { blocksize: 2 }),
    dims: [[1, 72, 1, 3]],
  },
  'Resize by scales': {
    build: (graph) => graph.node('Resize', ['y', '', graph.constant(float32([1, 1, 2.5, 0.7]))]),
    dims: [[1, 18, 5, 2]],
  },
  'Resize to sizes': {
    build: (graph) => graph.node('Resize', ['x', '', '', list(graph, 3, 5, 5)], { mode: 'linear' }),
    dims: [[3, 5, 5]],
  },
  'Resize of one axis': {
    build: (graph) => graph.node('Resize', ['x', '', graph.constant(float32([3]))], { axes: [-1] }),
    dims: [['batch', 4, 18]],
  },
  'Resize that keeps proportions': {
    build: (graph) =>
      graph.node('Resize', ['x', '', '', list(graph, 9, 9)], { axes: [1, 2], keep_aspect_ratio_policy: 'not_larger' }),
    dims: [['batch', undefined, undefined]],
  },
  'Resize of an old operator set': {
    build: (graph) => graph.node('Resize', ['x', graph.constant(float32([1, 2, 3]))]),
    dims: [['batch', 8, 18]],
    opset: 10,
  },
  Upsample: {
    build: (graph) => graph.node('Upsample', ['x', graph.constant(float32([1, 2, 3]))]),
    dims: [['batch', 8, 18]],
    opset: 9,
  },
  'Upsample by attribute': {
    build: (graph) => graph.node('Upsample', ['x'], { scales: float([1, 1, 2]) }),
    dims: [['batch', 4, 12]],
    opset: 8,
  },
  Trilu: { build: (graph) => graph.node('Trilu', ['x']), dims: [['batch', 4, 6]] },
  CumSum: { build: (graph) => graph.node('CumSum', ['x', graph.constant(int64([1], []))]), dims: [['batch', 4, 6]] },
};

function list(graph: GraphBuilder, ...values: number[]): string {
  return graph.constant(int64(values));
}

describe('inferTypes knows what ONNX Runtime makes of', () => {
  test.each(Object.entries(CASES))('%s', async (_, { build, dims, opset }) => {
    const graph = new GraphBuilder(opset === undefined ? {} : { opset });
    graph.input('x', 'float32', ['batch', 4, 6]);
    graph.input('y', 'float32', [1, 18, 2, 3]);
    graph.input('three', 'int64', [3]);
    graph.input('five', 'int64', [5]);
    const values = [build(graph)].flat();
    const random = seededRandom(1);
    const feeds = {
      x: randomFloat32(random, [3, 4, 6]),
      y: randomFloat32(random, [1, 18, 2, 3]),
      three: int64([3, 4, 6]),
      five: int64([7, 1, 1, 1, 1]),
    };
    expect(await expectRealTypes(graph, values, feeds, { batch: 3 })).toEqual(dims);
  });
});
