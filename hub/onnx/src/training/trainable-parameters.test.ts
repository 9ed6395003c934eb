import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32, int64, scalar, tensor } from '../tensor/tensor.ts';
import { trainableParameters } from './trainable-parameters.ts';

type Build = (graph: GraphBuilder) => void;

/** Declares initializers of ones, by name. */
function ones(graph: GraphBuilder, dims: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, size] of Object.entries(dims)) {
    graph.initializer(name, float32(new Float32Array(size.reduce((all, dim) => all * dim, 1)).fill(1), size));
  }
}

const CASES: Readonly<Record<string, { readonly build: Build; readonly found: readonly string[] }>> = {
  'Gemm, and not what is in front of it': {
    build: (graph) => {
      ones(graph, { mean: [4], w: [4, 2], b: [2] });
      graph.node('Gemm', [graph.node('Sub', ['x', 'mean']), 'w', 'b']);
    },
    found: ['w', 'b'],
  },
  'MatMul with its bias and a factor, but no scalars': {
    build: (graph) => {
      ones(graph, { w: [4, 2], b: [2], factor: [2], half: [] });
      const biased = graph.node('Add', [graph.node('MatMul', ['x', 'w']), 'b']);
      graph.node('Mul', [graph.node('Mul', [biased, 'factor']), 'half']);
    },
    found: ['w', 'b', 'factor'],
  },
  Einsum: {
    build: (graph) => {
      ones(graph, { w: [4, 3, 2] });
      graph.node('Einsum', ['x', 'w'], { equation: 'bi,ijk->bjk' });
    },
    found: ['w'],
  },
  'convolutions of both directions': {
    build: (graph) => {
      ones(graph, { w0: [2, 4, 3], b0: [2], w1: [2, 4, 3], b1: [4] });
      graph.node('ConvTranspose', [graph.node('Conv', ['x', 'w0', 'b0']), 'w1', 'b1']);
    },
    found: ['w0', 'b0', 'w1', 'b1'],
  },
  'normalisations, without running statistics': {
    build: (graph) => {
      ones(graph, { s0: [4], b0: [4], mean: [4], var: [4], s1: [4], b1: [4], s2: [4], b2: [4] });
      const batch = graph.node('BatchNormalization', ['x', 's0', 'b0', 'mean', 'var']);
      const instance = graph.node('InstanceNormalization', [batch, 's1', 'b1']);
      graph.node('LayerNormalization', [instance, 's2', 'b2']);
    },
    found: ['s0', 'b0', 's1', 'b1', 's2', 'b2'],
  },
  'weights behind masks and in fewer bits, without their scales': {
    build: (graph) => {
      ones(graph, { w: [4, 2], b: [2], scale: [2], zero: [] });
      const mask = graph.constant(tensor('bool', [4, 2], new Uint8Array(8).fill(1)));
      const masked = graph.node('Where', [mask, 'w', 'zero']);
      const quantized = graph.node('QuantizeLinear', [masked, 'scale'], { axis: 1 });
      graph.node('Gemm', ['x', graph.node('DequantizeLinear', [quantized, 'scale'], { axis: 1 }), 'b']);
    },
    found: ['w', 'b'],
  },
  'the slope of PRelu': {
    build: (graph) => {
      ones(graph, { slope: [4] });
      graph.node('PRelu', ['x', 'slope']);
    },
    found: ['slope'],
  },
  'recurrent layers, without first states': {
    build: (graph) => {
      const layers = { LSTM: 4, GRU: 3, RNN: 1 };
      for (const [layer, gates] of Object.entries(layers)) {
        ones(graph, {
          [`${layer}_w`]: [1, gates * 2, 4],
          [`${layer}_r`]: [1, gates * 2, 2],
          [`${layer}_b`]: [1, gates * 4],
        });
        ones(graph, { [`${layer}_h`]: [1, 1, 2] });
        const inputs = ['x', `${layer}_w`, `${layer}_r`, `${layer}_b`, '', `${layer}_h`];
        graph.node(layer, inputs, { hidden_size: 2 });
      }
    },
    found: ['LSTM_w', 'LSTM_r', 'LSTM_b', 'GRU_w', 'GRU_r', 'GRU_b', 'RNN_w', 'RNN_r', 'RNN_b'],
  },
  'tables that the input picks rows from': {
    build: (graph) => {
      graph.input('ids', 'int64', ['batch', 5]);
      ones(graph, { table: [10, 3], list: [10], other: [10, 3] });
      graph.node('Gather', ['table', 'ids']);
      graph.node('Gather', ['list', 'ids']);
      graph.node('Gather', ['other', graph.constant(int64([1, 2]))]);
    },
    found: ['table'],
  },
  'weights behind other layouts and in Constant nodes': {
    build: (graph) => {
      ones(graph, { w: [2, 4] });
      graph.node('Constant', [], { value: float32([0, 0]) }, { outputs: ['b'] });
      const product = graph.node('MatMul', ['x', graph.node('Transpose', [graph.node('Identity', ['w'])])]);
      graph.node('Add', [product, 'b']);
    },
    found: ['w', 'b'],
  },
  'no masks of attention': {
    build: (graph) => {
      ones(graph, { w: [4, 4] });
      const hidden = [Number.NEGATIVE_INFINITY, -10_000, -1e9].map((low) => float32([0, low, low, 0]));
      const masks = hidden.map((mask) => graph.constant(mask, 'mask'));
      const scores = masks.reduce((value, mask) => graph.node('Add', [value, mask]), graph.node('MatMul', ['x', 'w']));
      const seen = graph.node('Mul', [scores, graph.constant(float32([1, 0, 0, 1]))]);
      graph.initializer('far', float32([0, -20_000, 1, 3]));
      graph.initializer('gates', float32([1, 0, 0, 1]));
      graph.node('Add', [graph.node('Add', [seen, 'far']), 'gates']);
    },
    found: ['w', 'far', 'gates'],
  },
  'only floats of the standard operators': {
    build: (graph) => {
      graph.initializer('integers', int64([1, 2, 3, 4], [4, 1]));
      ones(graph, { own: [4, 1] });
      graph.node('MatMul', ['x', 'integers']);
      graph.node('MatMul', ['x', 'own'], {}, { domain: 'somebody.else' });
      graph.node('Clip', ['x', graph.constant(scalar(0))]);
    },
    found: [],
  },
};

describe('trainableParameters finds', () => {
  for (const [name, { build, found }] of Object.entries(CASES)) {
    test(name, () => {
      const graph = new GraphBuilder();
      graph.input('x', 'float32', ['batch', 4]);
      build(graph);
      expect(trainableParameters(graph.build())).toEqual(found);
    });
  }
});
