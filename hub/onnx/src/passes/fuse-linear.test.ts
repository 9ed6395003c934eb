import { describe, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { scalar } from '../tensor/tensor.ts';
import { expectPass, type PassCase, statistics, weights } from '../testing/pass-cases.ts';
import { fuseLinear } from './fuse-linear.ts';

const CASES: Readonly<Record<string, Omit<PassCase, 'pass'>>> = {
  'puts BatchNormalization into a convolution with groups': {
    build: (graph) => {
      const product = graph.node('Conv', ['image', weights(graph, 6, 2, 3, 3)], { group: 2 });
      return graph.node('BatchNormalization', [product, ...statistics(graph, 6)], { epsilon: float(1e-3) });
    },
    left: { Conv: 1 },
  },
  'puts BatchNormalization into a transposed convolution with groups and a bias': {
    build: (graph) => {
      const inputs = ['image', weights(graph, 4, 3, 2, 2), weights(graph, 6)];
      const product = graph.node('ConvTranspose', inputs, { group: 2, strides: [2, 2] });
      return graph.node('BatchNormalization', [product, ...statistics(graph, 6)]);
    },
    left: { ConvTranspose: 1 },
  },
  'puts everything per channel into a convolution': {
    build: (graph) => {
      const product = graph.node('Conv', ['image', weights(graph, 3, 4, 1, 1), weights(graph, 3)]);
      const scaled = graph.node('Mul', [weights(graph, 1, 3, 1, 1), product]);
      const divided = graph.node('Div', [
        graph.node('Add', [scaled, weights(graph, 3, 1, 1)]),
        graph.constant(scalar(3)),
      ]);
      return graph.node('Sub', [graph.constant(scalar(2)), graph.node('Sub', [divided, weights(graph, 3, 1, 1)])]);
    },
    left: { Conv: 1 },
  },
  'puts BatchNormalization into Gemm, whatever its attributes': {
    build: (graph) => {
      const attributes = { transB: 1, alpha: float(0.5), beta: float(3) };
      const product = graph.node('Gemm', ['x', weights(graph, 5, 6), weights(graph, 1, 5)], attributes);
      const first = graph.node('BatchNormalization', [product, ...statistics(graph, 5)]);
      const second = graph.node('Gemm', [first, weights(graph, 5, 4)]);
      return graph.node('BatchNormalization', [second, ...statistics(graph, 4)]);
    },
    left: { Gemm: 2 },
  },
  'puts BatchNormalization into MatMul with and without a sum': {
    build: (graph) => {
      const sum = graph.node('Add', [weights(graph, 5), graph.node('MatMul', ['x', weights(graph, 6, 5)])]);
      const first = graph.node('BatchNormalization', [sum, ...statistics(graph, 5)]);
      const second = graph.node('MatMul', [graph.node('Relu', [first]), weights(graph, 5, 4)]);
      return graph.node('BatchNormalization', [second, ...statistics(graph, 4)]);
    },
    left: { MatMul: 2, Add: 2, Relu: 1 },
  },
  'puts a factor into a product of more dimensions': {
    build: (graph) => graph.node('Mul', [graph.node('MatMul', ['image', weights(graph, 5, 3)]), weights(graph, 3)]),
    left: { MatMul: 1 },
  },
  'leaves a value alone that something else reads, or that is an output': {
    build: (graph) => {
      const first = graph.node('Conv', ['image', weights(graph, 3, 4, 1, 1)]);
      const second = graph.node('Conv', ['image', weights(graph, 3, 4, 1, 1)]);
      const factor = graph.constant(scalar(2));
      return [
        graph.node('Mul', [first, factor]),
        graph.node('Exp', [first]),
        second,
        graph.node('Mul', [second, factor]),
      ];
    },
    left: { Conv: 2, Mul: 2, Exp: 1 },
  },
  'leaves constants alone that are no factor per channel': {
    build: (graph) => {
      const product = graph.node('Conv', ['image', weights(graph, 3, 4, 1, 1)]);
      const perColumn = graph.node('Mul', [product, weights(graph, 5)]);
      const other = graph.node('Conv', ['image', weights(graph, 1, 4, 1, 1)]);
      return [
        perColumn,
        graph.node('Mul', [other, weights(graph, 3, 1, 1)]),
        graph.node('Div', [graph.constant(scalar(1)), graph.node('Conv', ['image', weights(graph, 3, 4, 1, 1)])]),
      ];
    },
    left: { Conv: 3, Mul: 2, Div: 1 },
  },
};

describe('fuseLinear', () => {
  for (const [name, entry] of Object.entries(CASES)) test(name, () => expectPass({ pass: fuseLinear, ...entry }));
});
