import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { nodesPerOperator } from '../inspect/node-counts.ts';
import { int64, scalar, tensor } from '../tensor/tensor.ts';
import { type Build, FEEDS, modelOf } from '../testing/pass-cases.ts';
import { expectSameOutputs } from '../testing/same-outputs.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseLinear } from './fuse-linear.ts';
import { inlineBranches } from './inline-branches.ts';
import { liftConstantNodes } from './lift-constants.ts';
import { removeDead } from './remove-dead.ts';
import { removeIdentities } from './remove-identities.ts';
import { shareDuplicates } from './share-duplicates.ts';
import { simplifyShapes } from './simplify-shapes.ts';

describe('passes reach into graphs of nodes and', () => {
  /** An If over n > 0 whose branches both write one float32 value. */
  function conditional(then: Build, otherwise: Build): Build {
    return (graph) => {
      const outer = graph.node('Relu', ['x'], {}, { outputs: ['outer'] });
      const condition = graph.node('Greater', ['n', graph.constant(int64([0], []))]);
      const bodies = [then, otherwise].map((build, index) => {
        const inner = graph.inner(`branch_${index}`);
        for (const value of [build(inner)].flat()) inner.output(value, 'float32');
        return inner.graph();
      });
      const value = graph.node('If', [condition], { then_branch: bodies[0]!, else_branch: bodies[1]! });
      return [graph.node('Neg', [value]), graph.node('Neg', [outer])];
    };
  }

  const folding: Build = (inner) => {
    const two = inner.node('Add', [inner.constant(scalar(1)), inner.constant(scalar(1))]);
    return inner.node('Mul', [inner.node('Identity', ['outer']), two]);
  };

  for (const pass of [
    liftConstantNodes,
    foldConstants,
    removeIdentities,
    simplifyShapes,
    fuseLinear,
    shareDuplicates,
    removeDead,
  ]) {
    test(`${pass(modelOf(() => 'x')).report.pass} keeps what they read from outside`, async () => {
      const passing: Build = (inner) => inner.node('Identity', ['outer']);
      const model = modelOf(conditional(folding, passing));
      const { model: after } = pass(model);
      await expectSameOutputs(model, after, FEEDS, 0);
      await expectSameOutputs(model, after, { ...FEEDS, n: int64([-1], []) }, 0);
    });
  }

  test('rename outer values in there when an outer Identity goes', async () => {
    const build: Build = (graph) => {
      const same = graph.node('Identity', [graph.node('Relu', ['x'])], {}, { outputs: ['same'] });
      const inner = graph.inner('branch');
      inner.output(inner.node('Exp', [same]), 'float32');
      const body = inner.graph();
      return graph.node('If', [graph.node('Greater', ['n', graph.constant(int64([0], []))])], {
        then_branch: body,
        else_branch: body,
      });
    };
    const model = modelOf(build);
    const { model: after } = removeIdentities(model);
    expect(after.graph.node.map(({ opType }) => opType)).not.toContain('Identity');
    await expectSameOutputs(model, after, FEEDS, 0);
  });

  test('fold constants in there, with outer constants too', () => {
    const model = modelOf(conditional(folding, folding));
    const operators = nodesPerOperator(allNodes(foldConstants(model).model.graph.node));
    expect(operators).toEqual({ Greater: 1, Identity: 2, If: 1, Mul: 2, Neg: 2, Relu: 1 });
  });

  test('drop what only a dead branch node read', () => {
    const build: Build = (graph) => {
      const unused = graph.node('Exp', ['x'], {}, { outputs: ['unused'] });
      const inner = graph.inner('branch');
      inner.node('Neg', [unused]);
      inner.output(inner.node('Relu', ['x']), 'float32');
      const body = inner.graph();
      const condition = graph.node('Greater', ['n', graph.constant(int64([0], []))]);
      return graph.node('If', [condition], { then_branch: body, else_branch: body });
    };
    const { model } = removeDead(modelOf(build));
    expect(nodesPerOperator(allNodes(model.graph.node))).toEqual({ Greater: 1, If: 1, Relu: 2 });
  });

  test('inline a branch that is always taken, whatever its values are called', async () => {
    const build: Build = (graph) => {
      const columns = graph.node('Gather', [graph.node('Shape', ['x']), graph.constant(int64([1], []))]);
      const condition = graph.node('Equal', [columns, graph.constant(int64([6], []))]);
      const [then, otherwise] = ['Exp', 'Log'].map((operator) => {
        const inner = new GraphBuilder({ name: operator });
        // Both branches use one name, as exporters do.
        inner.node(operator, ['x'], {}, { outputs: ['inside'] });
        inner.output(inner.node('Add', ['inside', inner.constant(scalar(1))], {}, { outputs: ['end'] }), 'float32');
        return inner.graph();
      });
      const value = graph.node('If', [condition], { then_branch: then!, else_branch: otherwise! });
      return [value, graph.node('Neg', ['x'], {}, { outputs: ['negated'] })];
    };
    const model = modelOf(build);
    const { model: after, report } = inlineBranches(model);
    await expectSameOutputs(model, after, FEEDS, 0);
    expect(nodesPerOperator(after.graph.node)).toMatchObject({ Exp: 1, Add: 1 });
    expect(report.changes).toEqual([expect.stringContaining('always takes its then_branch')]);
  });

  test('work in the bodies of Loop and Scan', async () => {
    const build: Build = (graph) => {
      const scale = graph.node('Identity', [graph.node('Exp', ['x'])], {}, { outputs: ['scale'] });
      const inner = graph.inner('body');
      inner.input('pass', 'int64', []);
      const goesOn = inner.input('goes_on', 'bool', []);
      const state = inner.input('state', 'float32', ['batch', 6]);
      inner.output(inner.node('Identity', [goesOn], {}, { outputs: ['on'] }), 'bool', []);
      const two = inner.node('Add', [inner.constant(scalar(1)), inner.constant(scalar(1))]);
      const doubled = inner.node('Mul', [inner.node('Identity', [state]), two]);
      inner.output(inner.node('Min', [doubled, scale], {}, { outputs: ['next'] }), 'float32', ['batch', 6]);
      const [end = ''] = graph.nodeWithOutputs(
        1,
        'Loop',
        ['n', graph.constant(tensor('bool', [], Uint8Array.of(1))), 'x'],
        {
          body: inner.graph(),
        },
      );
      return end;
    };
    const model = modelOf(build);
    for (const pass of [foldConstants, removeIdentities, simplifyShapes, shareDuplicates, removeDead]) {
      await expectSameOutputs(model, pass(model).model, FEEDS, 0);
    }
    const folded = allNodes(foldConstants(removeIdentities(model).model).model.graph.node);
    expect(nodesPerOperator(folded)).toEqual({ Exp: 1, Identity: 1, Loop: 1, Min: 1, Mul: 1 });
  });
});
