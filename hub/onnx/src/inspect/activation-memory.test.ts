import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { float32 } from '../tensor/tensor.ts';
import { activationMemory } from './activation-memory.ts';

function memoryOf(build: (graph: GraphBuilder) => void) {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 10]);
  build(graph);
  const model = graph.build();
  return activationMemory(model.graph, inferTypes(model));
}

const ROW = 10 * 4;

describe('activationMemory', () => {
  test('adds what is alive at once: a value ends with its last reader', () => {
    const memory = memoryOf((graph) => {
      const first = graph.node('Relu', ['x'], {}, { name: 'first' });
      const wide = graph.node('Concat', [first, first, first], { axis: 1 }, { name: 'widest' });
      const sum = graph.node('ReduceSum', [wide], { keepdims: 0 });
      graph.output(graph.node('Add', [sum, graph.constant(float32([1]))]), 'float32');
    });
    // The input, which the caller keeps, the first value and one three times as wide.
    expect(memory).toEqual({ peakBytes: 5 * ROW, peakNode: 'widest', unknownValues: 0 });
  });

  test('keeps outputs to the end, and frees what nothing reads at once', () => {
    const memory = memoryOf((graph) => {
      graph.output(graph.node('Neg', ['x']), 'float32');
      graph.node('Exp', ['x']);
      graph.output(graph.node('Abs', ['x'], {}, { name: 'last' }), 'float32');
    });
    expect(memory.peakBytes).toBe(3 * ROW);
  });

  test('counts elements by their size, and says what it does not know', () => {
    const memory = memoryOf((graph) => {
      const halves = graph.node('Cast', ['x'], { to: 10 });
      graph.output(halves, 'float16');
      graph.output(graph.node('Odd', [halves], {}, { domain: 'acme' }), 'float32');
    });
    expect(memory).toMatchObject({ peakBytes: ROW + ROW / 2, unknownValues: 1 });
  });

  test('adds the larger branch of an If to what is alive around it', () => {
    const memory = memoryOf((graph) => {
      const branch = (times: number) => {
        const inner = graph.inner(`times_${times}`);
        const wide = inner.node(
          'Concat',
          Array.from({ length: times }, () => 'x'),
          { axis: 1 },
        );
        inner.output(inner.node('ReduceSum', [wide], { keepdims: 0 }), 'float32');
        return inner.graph();
      };
      const condition = graph.node('Cast', [graph.node('Size', ['x'])], { to: 9 });
      graph.node('If', [condition], { then_branch: branch(2), else_branch: branch(6) });
    });
    // The input, the condition, the outcome, and in the branch six rows and their sum.
    expect(memory.peakBytes).toBe(ROW + 1 + 4 + 6 * ROW + 4);
  });
});
