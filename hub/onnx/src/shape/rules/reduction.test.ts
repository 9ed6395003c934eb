import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { int64 } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';

interface Case {
  readonly build: (graph: GraphBuilder) => string;
  readonly dims: readonly Dim[];
  readonly opset?: number;
}

const REDUCTIONS = [
  ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
  ...['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'],
];

/** Values made of x [batch, 4, 6] and of two axes that are known only at run time. */
const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    REDUCTIONS.map((operator): [string, Case] => [
      operator,
      { build: (graph) => graph.node(operator, ['x', axes(graph, -1)]), dims: ['batch', 4, 1] },
    ]),
  ),
  ...Object.fromEntries(
    REDUCTIONS.map((operator): [string, Case] => [
      `${operator} by attribute`,
      { build: (graph) => graph.node(operator, ['x'], { axes: [1, -1], keepdims: 0 }), dims: ['batch'], opset: 11 },
    ]),
  ),
  'a reduction of everything': { build: (graph) => graph.node('ReduceMax', ['x'], { keepdims: 0 }), dims: [] },
  'a reduction of everything that keeps axes': { build: (graph) => graph.node('ReduceMax', ['x']), dims: [1, 1, 1] },
  'a reduction of nothing': {
    build: (graph) => graph.node('ReduceL2', ['x'], { noop_with_empty_axes: 1, keepdims: 0 }),
    dims: ['batch', 4, 6],
  },
  'a reduction of axes known at run time': {
    build: (graph) => graph.node('ReduceSum', ['x', 'two'], { keepdims: 0 }),
    dims: [undefined],
  },
  'a reduction that keeps axes known at run time': {
    build: (graph) => graph.node('ReduceSum', ['x', 'two']),
    dims: [undefined, undefined, undefined],
  },
  ArgMax: { build: (graph) => graph.node('ArgMax', ['x'], { axis: 1 }), dims: ['batch', 1, 6] },
  'ArgMin without its axis': {
    build: (graph) => graph.node('ArgMin', ['x'], { axis: -1, keepdims: 0 }),
    dims: ['batch', 4],
  },
};

function axes(graph: GraphBuilder, ...values: number[]): string {
  return graph.constant(int64(values));
}

describe('inferTypes knows what ONNX Runtime makes of', () => {
  test.each(Object.entries(CASES))('%s', async (_, { build, dims, opset }) => {
    const graph = new GraphBuilder(opset === undefined ? {} : { opset });
    graph.input('x', 'float32', ['batch', 4, 6]);
    graph.input('two', 'int64', [2]);
    const value = build(graph);
    const feeds = { x: randomFloat32(seededRandom(1), [3, 4, 6]), two: int64([0, 2]) };
    expect(await expectRealTypes(graph, [value], feeds, { batch: 3 })).toEqual([dims]);
  });
});
