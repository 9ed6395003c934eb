import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { nodesPerOperator } from '../inspect/node-counts.ts';
import { expectPass, FEEDS, ints, modelOf, type PassCase, ROUNDING } from '../testing/pass-cases.ts';
import { expectSameOutputs } from '../testing/same-outputs.ts';
import { optimize } from './optimize.ts';
import { skipJoins } from './skip-joins.ts';

/** Three values of 6, 2 and 6 columns next to each other. */
function joined(graph: GraphBuilder): string {
  const narrow = graph.node('Slice', ['x', ints(graph, 1), ints(graph, 3), ints(graph, 1)]);
  return graph.node('Concat', [graph.node('Neg', ['x']), narrow, graph.node('Abs', ['x'])], { axis: -1 });
}

const slice = (graph: GraphBuilder, value: string, start: number, end: number, step = 1): string =>
  graph.node('Slice', [value, ...[start, end, 1, step].map((entry) => ints(graph, entry))]);

const CASES: Readonly<Record<string, Omit<PassCase, 'pass'>>> = {
  'a Split into the parts of a Concat reads them': {
    build: (graph) =>
      graph
        .nodeWithOutputs(3, 'Split', [joined(graph), ints(graph, 6, 2, 6)], { axis: 1 })
        .map((part) => graph.node('Relu', [part])),
    left: { Neg: 1, Abs: 1, Slice: 1, Concat: 1, Identity: 3, Relu: 3 },
  },
  'one into several parts each joins these': {
    build: (graph) => graph.nodeWithOutputs(2, 'Split', [joined(graph), ints(graph, 8, 6)], { axis: -1 }),
    left: { Neg: 1, Abs: 1, Slice: 1, Concat: 2, Identity: 1 },
  },
  'one into equal parts, by how many there are': {
    build: (graph) => {
      const both = graph.node('Concat', [graph.node('Neg', ['x']), graph.node('Abs', ['x'])], { axis: 1 });
      return graph.nodeWithOutputs(2, 'Split', [both], { axis: 1, num_outputs: 2 });
    },
    left: { Neg: 1, Abs: 1, Concat: 1, Identity: 2 },
  },
  'one that cuts through a part stays': {
    build: (graph) => graph.nodeWithOutputs(2, 'Split', [joined(graph), ints(graph, 7, 7)], { axis: 1 }),
    left: { Neg: 1, Abs: 1, Slice: 1, Concat: 1, Split: 1 },
  },
  'one along another axis stays': {
    build: (graph) => {
      const both = graph.node('Concat', ['image', graph.node('Neg', ['image'])], { axis: 1 });
      return graph.nodeWithOutputs(2, 'Split', [both, ints(graph, 2, 3)], { axis: 2 });
    },
    left: { Neg: 1, Concat: 1, Split: 1 },
  },
  'Slices of whole parts read them, counted from either end': {
    build: (graph) => {
      const all = joined(graph);
      return [slice(graph, all, 0, 6), slice(graph, all, -6, 99), slice(graph, all, 6, -6), slice(graph, all, 6, 14)];
    },
    left: { Neg: 1, Abs: 1, Slice: 1, Concat: 2, Identity: 3 },
  },
  'Slices of halves, of nothing, with steps or of several axes stay': {
    build: (graph) => {
      const all = joined(graph);
      const corner = graph.node('Slice', [all, ints(graph, 0, 0), ints(graph, 1, 6), ints(graph, 0, 1)]);
      return [slice(graph, all, 0, 5), slice(graph, all, 6, 6), slice(graph, all, 0, 6, 2), corner];
    },
    left: { Neg: 1, Abs: 1, Slice: 5, Concat: 1 },
  },
  'parts of unknown size are left alone': {
    build: (graph) => {
      const some = graph.node('Slice', [
        'x',
        ints(graph, 0),
        graph.node('Reshape', ['n', ints(graph, 1)]),
        ints(graph, 1),
      ]);
      return slice(graph, graph.node('Concat', [some, 'x'], { axis: 1 }), 0, 3);
    },
    left: { Slice: 2, Reshape: 1, Concat: 1 },
  },
};

describe('skip-joins', () => {
  for (const [name, { build, left }] of Object.entries(CASES)) {
    test(name, () => expectPass({ pass: skipJoins, build, left }));
  }

  test('with the other passes, values that were flattened to be joined keep their shape', async () => {
    const model = modelOf((graph) => {
      const flat = graph.node('Reshape', [graph.node('Neg', ['image']), ints(graph, -1, 100)]);
      const all = graph.node('Concat', [graph.node('Abs', ['x']), flat], { axis: 1 });
      const [left = '', right = ''] = graph.nodeWithOutputs(2, 'Split', [all, ints(graph, 6, 100)], { axis: 1 });
      const image = graph.node('Reshape', [right, ints(graph, -1, 4, 5, 5)]);
      return [graph.node('Relu', [left]), graph.node('MaxPool', [image], { kernel_shape: [2, 2] })];
    });
    const { model: after } = optimize(model);
    await expectSameOutputs(model, after, FEEDS, ROUNDING);
    expect(nodesPerOperator(allNodes(after.graph.node))).toEqual({ Abs: 1, Neg: 1, Relu: 1, MaxPool: 1 });
  });
});
