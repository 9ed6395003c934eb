import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { float32 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { differentiate } from './differentiate.ts';

function gradientsOf(build: (graph: GraphBuilder) => string, wanted: readonly string[]) {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  graph.input('w', 'float32', [2, 2]);
  const output = build(graph);
  const forward = graph.build();
  const seeds = new Map([[output, graph.node('Exp', [output])]]);
  const gradients = differentiate(graph, { nodes: forward.graph.node, types: inferTypes(forward), seeds, wanted });
  return { graph, gradients };
}

describe('differentiate', () => {
  test('names operator and node of an operator without a rule', () => {
    const build = (graph: GraphBuilder) => graph.node('Det', [graph.node('MatMul', ['x', 'w'])], {}, { name: 'odd' });
    expect(() => gradientsOf(build, ['w'])).toThrow(
      expect.objectContaining({
        code: 'OPERATOR_NOT_DIFFERENTIABLE',
        message: 'Operator of node odd (Det) must have a gradient rule, got none',
        place: { node: 'odd', operator: 'Det' },
      }),
    );
  });

  test('needs no rules in front of what is trained', () => {
    const { gradients } = gradientsOf(
      (graph) => {
        const missing = graph.node('IsNaN', ['x']);
        const filled = graph.node('Where', [missing, graph.constant(float32([0], [])), 'x']);
        return graph.node('MatMul', [graph.node('Erf', [filled]), 'w']);
      },
      ['w'],
    );
    expect([...gradients.keys()]).toEqual(['w']);
  });

  test('needs no rules behind integers', () => {
    const { gradients } = gradientsOf(
      (graph) => {
        const product = graph.node('MatMul', ['x', 'w']);
        const rounded = graph.node('Cast', [product], { to: DATA_TYPE.int64 });
        const bits = graph.node('Cast', [graph.node('BitwiseNot', [rounded])], { to: DATA_TYPE.float32 });
        return graph.node('Add', [product, bits]);
      },
      ['w'],
    );
    expect([...gradients.keys()]).toEqual(['w']);
  });

  test('leaves out values that the output does not depend on', () => {
    const { gradients } = gradientsOf(
      (graph) => {
        graph.node('Relu', ['w']);
        return graph.node('Exp', ['x']);
      },
      ['w', 'x'],
    );
    expect([...gradients.keys()]).toEqual(['x']);
  });

  test('refuses nodes whose subgraphs read a trained value', () => {
    const inner = new GraphBuilder({ name: 'inner' });
    inner.node('Exp', ['w'], {}, { outputs: ['inner_out'] });
    inner.output('inner_out', 'float32');
    const build = (graph: GraphBuilder) => {
      const condition = graph.node('Cast', [graph.constant(float32([1], []))], { to: DATA_TYPE.bool });
      return graph.node('If', [condition], { then_branch: inner.graph(), else_branch: inner.graph() });
    };
    expect(() => gradientsOf(build, ['w'])).toThrow(/\(If\) must have a gradient rule/);
  });

  test('gives the gradient of the seed through a network', async () => {
    const { graph, gradients } = gradientsOf((builder) => builder.node('MatMul', ['x', 'w']), ['w']);
    const gradient = gradients.get('w') ?? '';
    const session = await ortSession(graph.output(gradient, 'float32').build());
    const outputs = await session.run({ x: float32([1, 2], [1, 2]), w: float32([0, 0, 0, 0], [2, 2]) });
    // exp(0) = 1 for both columns, so each row of the gradient repeats x.
    expect(outputs[gradient]?.data).toEqual(Float32Array.of(1, 1, 2, 2));
  });
});
