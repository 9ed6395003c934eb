import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { float32, int64, tensor } from '../tensor/tensor.ts';
import { type GraphCost, graphCost } from './graph-cost.ts';

type Build = (graph: GraphBuilder) => void;

function weights(graph: GraphBuilder, ...dims: number[]): string {
  return graph.constant(float32(new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims), 'weights');
}

/** Cost of a graph over x [batch, 6, 8], image [batch, 4, 10, 10] and sequence [7, batch, 5]. */
function costOf(build: Build, opset = 21): GraphCost {
  const graph = new GraphBuilder({ opset });
  graph.input('x', 'float32', ['batch', 6, 8]);
  graph.input('image', 'float32', ['batch', 4, 10, 10]);
  graph.input('sequence', 'float32', [7, 'batch', 5]);
  build(graph);
  const model = graph.build();
  return graphCost(model.graph, inferTypes(model));
}

/** Counts worked out by hand; the batch counts as 1. */
const CASES: Readonly<Record<string, readonly [Build, number, string?]>> = {
  'a product of matrices': [(graph) => graph.node('MatMul', ['x', weights(graph, 8, 3)]), 6 * 8 * 3],
  'a convolution with groups': [
    (graph) => graph.node('Conv', ['image', weights(graph, 6, 2, 3, 3)], { group: 2 }),
    6 * 8 * 8 * (2 * 3 * 3),
  ],
  'a transposed convolution': [
    (graph) => graph.node('ConvTranspose', ['image', weights(graph, 4, 3, 2, 2)], { strides: [2, 2] }),
    4 * 10 * 10 * (3 * 2 * 2),
  ],
  'an LSTM in both directions': [
    (graph) => {
      const inputs = ['sequence', weights(graph, 2, 12, 5), weights(graph, 2, 12, 3)];
      graph.node('LSTM', inputs, { hidden_size: 3, direction: 'bidirectional' });
    },
    7 * 2 * (12 * 5 + 12 * 3),
  ],
  'a GRU': [
    (graph) => {
      graph.node('GRU', ['sequence', weights(graph, 1, 9, 5), weights(graph, 1, 9, 3)], { hidden_size: 3 });
    },
    7 * (9 * 5 + 9 * 3),
  ],
  'an Einsum with a batch': [
    (graph) => graph.node('Einsum', ['x', weights(graph, 8, 3)], { equation: 'bij, jk -> bik' }),
    6 * 8 * 3,
  ],
  'an Einsum with an ellipsis': [
    (graph) => graph.node('Einsum', ['image', weights(graph, 10, 3)], { equation: '...j,jk->...k' }),
    4 * 10 * 10 * 3,
  ],
  'an Einsum that only sums': [(graph) => graph.node('Einsum', ['x'], { equation: 'bij->i' }), 0],
  'an operator without products': [(graph) => graph.node('Relu', ['x']), 0],
  'a transform that has no formula here': [(graph) => graph.node('DFT', ['x']), 0, 'DFT'],
  'an operator of another domain': [(graph) => graph.node('Odd', ['x'], {}, { domain: 'acme' }), 0, 'acme.Odd'],
  'a table of another domain': [
    (graph) => graph.node('Scaler', [graph.node('Flatten', ['x'])], {}, { domain: 'ai.onnx.ml' }),
    0,
  ],
};

describe('graphCost counts', () => {
  for (const [name, [build, multiplyAdds, unestimated]] of Object.entries(CASES)) {
    test(name, () => {
      expect(costOf(build)).toEqual({ multiplyAdds, unestimated: unestimated === undefined ? [] : [unestimated] });
    });
  }

  test('attention: scores, and the mean of the values', () => {
    const build: Build = (graph) => {
      graph.nodeWithOutputs(1, 'Attention', ['x', 'x', 'x'], { q_num_heads: 2, kv_num_heads: 2 });
    };
    expect(costOf(build, 23).multiplyAdds).toBe(2 * (6 * 6 * 8));
  });

  test('the more costly branch of an If', () => {
    const branch = (outer: GraphBuilder, width: number) => {
      const inner = outer.inner(`wide_${width}`);
      inner.output(inner.node('MatMul', ['x', weights(inner, 8, width)]), 'float32');
      return inner.graph();
    };
    const build: Build = (graph) => {
      const condition = graph.node('Cast', [graph.node('Size', ['x'])], { to: 9 });
      graph.node('If', [condition], { then_branch: branch(graph, 2), else_branch: branch(graph, 5) });
    };
    expect(costOf(build).multiplyAdds).toBe(6 * 8 * 5);
  });

  test('every pass of a Loop, and every step of a Scan', () => {
    const always = tensor('bool', [], Uint8Array.of(1));
    const loop: Build = (graph) => {
      const inner = graph.inner('body');
      inner.input('pass', 'int64', []);
      const goesOn = inner.input('goes_on', 'bool', []);
      const [condition, passes] = [inner.node('Identity', [goesOn]), graph.constant(int64([4], []))];
      inner.output(condition, 'bool', []);
      inner.output(inner.node('MatMul', ['x', weights(inner, 8, 2)]), 'float32');
      graph.node('Loop', [passes, graph.constant(always)], { body: inner.graph() });
    };
    expect(costOf(loop).multiplyAdds).toBe(4 * (6 * 8 * 2));
    const scan: Build = (graph) => {
      const inner = graph.inner('body');
      const step = inner.input('step', 'float32', ['batch', 5]);
      inner.output(inner.node('MatMul', [step, weights(inner, 5, 2)]), 'float32');
      graph.node('Scan', ['sequence'], { body: inner.graph(), num_scan_inputs: 1 });
    };
    expect(costOf(scan).multiplyAdds).toBe(7 * (5 * 2));
  });
});
