import { describe, expect, test } from 'vitest';
import { float } from '../../format/attributes.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { float32, int64, scalar, tensor } from '../../tensor/tensor.ts';
import { randomFloat32, randomFloat64, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';

interface Case {
  readonly build: (graph: GraphBuilder) => string | string[];
  /** Of every value. */
  readonly dims: readonly (readonly Dim[] | undefined)[];
  readonly opset?: number;
}

const WHOLE = ['batch', 4, 6];

/** Values made of x [batch, 4, 6], in float32, and the same in float64, called double. */
const CASES: Readonly<Record<string, Case>> = {
  BatchNormalization: {
    build: (graph) => graph.node('BatchNormalization', ['x', ...channels(graph, 4)]),
    dims: [WHOLE],
  },
  'BatchNormalization in training': {
    build: (graph) =>
      graph.nodeWithOutputs(3, 'BatchNormalization', ['x', ...channels(graph, 4)], { training_mode: 1 }),
    dims: [WHOLE, [4], [4]],
  },
  LayerNormalization: {
    build: (graph) => graph.nodeWithOutputs(3, 'LayerNormalization', ['x', channel(graph, 6)]),
    dims: [WHOLE, ['batch', 4, 1], ['batch', 4, 1]],
  },
  'LayerNormalization of two axes in double precision': {
    build: (graph) => {
      const scale = graph.constant(randomFloat64(seededRandom(1), [4, 6]));
      return graph.nodeWithOutputs(3, 'LayerNormalization', ['double', scale], { axis: 1 });
    },
    dims: [WHOLE, ['batch', 1, 1], ['batch', 1, 1]],
  },
  InstanceNormalization: {
    build: (graph) => graph.node('InstanceNormalization', ['x', channel(graph, 4), channel(graph, 4)]),
    dims: [WHOLE],
  },
  GroupNormalization: {
    build: (graph) => graph.node('GroupNormalization', ['x', channel(graph, 4), channel(graph, 4)], { num_groups: 2 }),
    dims: [WHOLE],
  },
  LpNormalization: { build: (graph) => graph.node('LpNormalization', ['x'], { axis: 1, p: 1 }), dims: [WHOLE] },
  MeanVarianceNormalization: {
    build: (graph) => graph.node('MeanVarianceNormalization', ['x'], { axes: [0, 2] }),
    dims: [WHOLE],
  },
  RMSNormalization: {
    build: (graph) => graph.node('RMSNormalization', ['x', channel(graph, 6)]),
    dims: [WHOLE],
    opset: 23,
  },
  LRN: {
    build: (graph) => graph.node('LRN', [graph.node('Unsqueeze', ['x', graph.constant(int64([0]))])], { size: 3 }),
    dims: [[1, ...WHOLE]],
  },
  Dropout: {
    build: (graph) => {
      const isTraining = graph.constant(tensor('bool', [], Uint8Array.of(1)));
      return graph.nodeWithOutputs(2, 'Dropout', ['x', graph.constant(scalar(0.3)), isTraining]);
    },
    dims: [WHOLE, WHOLE],
  },
  'Dropout of an old operator set': {
    build: (graph) => graph.nodeWithOutputs(1, 'Dropout', ['x'], { ratio: float(0.3) }),
    dims: [WHOLE],
    opset: 7,
  },
};

function channel(graph: GraphBuilder, size: number): string {
  return graph.constant(float32(new Float32Array(size).fill(1)));
}

function channels(graph: GraphBuilder, size: number): string[] {
  return Array.from({ length: 4 }, () => channel(graph, size));
}

describe('inferTypes knows what ONNX Runtime makes of', () => {
  test.each(Object.entries(CASES))('%s', async (_, { build, dims, opset }) => {
    const graph = new GraphBuilder(opset === undefined ? {} : { opset });
    graph.input('x', 'float32', ['batch', 4, 6]);
    graph.input('double', 'float64', ['batch', 4, 6]);
    const values = [build(graph)].flat();
    const random = seededRandom(1);
    const feeds = { x: randomFloat32(random, [3, 4, 6]), double: randomFloat64(random, [3, 4, 6]) };
    expect(await expectRealTypes(graph, values, feeds, { batch: 3 })).toEqual(dims);
  });
});
