import { describe, expect, test } from 'vitest';
import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32, scalar } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { FEEDS, ints, modelOf, ROUNDING, weights } from '../testing/pass-cases.ts';
import { realModel } from '../testing/real-models.ts';
import { expectSameOutputs } from '../testing/same-outputs.ts';
import { type Evaluate, foldWithEngine } from './fold-with-engine.ts';
import { removeDead } from './remove-dead.ts';

const evaluate: Evaluate = async (model) => new Map(Object.entries(await (await ortSession(model)).run({})));

function operators({ graph }: Model): (string | null | undefined)[] {
  return graph.node.map(({ opType }) => opType);
}

describe('foldWithEngine', () => {
  test('computes what only a runtime can, in one run', async () => {
    let runs = 0;
    const counted: Evaluate = (model) => {
      runs += 1;
      return evaluate(model);
    };
    const model = modelOf((graph) => {
      const product = graph.node('MatMul', [weights(graph, 6, 4), weights(graph, 4, 6)]);
      const [first = '', second = ''] = graph.nodeWithOutputs(2, 'Split', [graph.node('Softmax', [product])], {
        axis: 1,
        num_outputs: 2,
      });
      const joined = graph.node('Concat', [second, first], { axis: 1 });
      return [graph.node('MatMul', ['x', joined]), graph.node('Erf', [first])];
    });
    const { model: after, report } = await foldWithEngine(model, counted);
    expect(runs).toBe(1);
    expect(report.changes).toHaveLength(2);
    // What only stored nodes read is dead.
    expect(operators(removeDead(after).model)).toEqual(['MatMul', 'Constant']);
    await expectSameOutputs(model, after, FEEDS, ROUNDING);
  });

  test('asks for nothing where nothing is constant', async () => {
    const never: Evaluate = () => expect.unreachable('a runtime was asked');
    const model = modelOf((graph) => graph.node('Relu', ['x']));
    expect(await foldWithEngine(model, never)).toMatchObject({ report: { changes: [] } });
    expect((await foldWithEngine(model, never)).model).toBe(model);
  });

  test('leaves random numbers alone, also inside of nodes, and what comes from them', async () => {
    const model = modelOf((graph) => {
      const noise = graph.node('RandomNormal', [], { shape: [6] });
      const inner = graph.inner('branch');
      inner.output(inner.node('RandomUniform', [], { shape: [6] }), 'float32');
      const body = inner.graph();
      const condition = graph.node('Greater', [graph.constant(scalar(1)), graph.constant(scalar(0))]);
      const drawn = graph.node('If', [condition], { then_branch: body, else_branch: body });
      return graph.node('Sum', ['x', graph.node('Erf', [noise]), drawn]);
    });
    const { model: after } = await foldWithEngine(model, evaluate);
    expect(operators(after)).toEqual(['RandomNormal', 'If', 'Erf', 'Sum']);
  });

  test('stores nothing that is larger than the limit and than what it is made of', async () => {
    const build = (graph: GraphBuilder): string[] => {
      const large = graph.node('Expand', [graph.node('Erf', [graph.constant(scalar(1))]), ints(graph, 30, 6)]);
      const same = graph.node('Erf', [weights(graph, 30, 6)]);
      return [graph.node('Add', [large, graph.node('Mul', [same, graph.node('ReduceMax', ['x'])])])];
    };
    const model = modelOf(build);
    const kept = await foldWithEngine(model, evaluate, { maxResultBytes: 100 });
    expect(operators(kept.model)).toEqual(['Erf', 'Expand', 'ReduceMax', 'Mul', 'Add']);
    await expectSameOutputs(model, kept.model, FEEDS, ROUNDING);
    const stored = await foldWithEngine(model, evaluate);
    expect(operators(stored.model)).not.toContain('Expand');
    await expectSameOutputs(model, stored.model, FEEDS, ROUNDING);
  });

  test('treats no default of an input as a constant', async () => {
    const graph = new GraphBuilder();
    graph.initializer('c', float32([1, 2]));
    graph.output(graph.node('Erf', ['c'], {}, { outputs: ['y'] }), 'float32', [2]);
    const built = graph.build();
    const other = new GraphBuilder();
    other.input('c', 'float32', [2]);
    const open: Model = { ...built, graph: { ...built.graph, input: other.graph().input } };
    expect((await foldWithEngine(open, evaluate)).report.changes).toEqual([]);
  });

  test('finds what exporters leave in the text-direction model', async () => {
    const model = realModel('text-direction');
    const { model: after, report } = await foldWithEngine(model, evaluate);
    expect(report.nodesAfter).toBeLessThanOrEqual(report.nodesBefore);
    await expectSameOutputs(
      model,
      after,
      { x: float32(new Float32Array(3 * 48 * 96).fill(0.5), [1, 3, 48, 96]) },
      ROUNDING,
    );
  });
});
