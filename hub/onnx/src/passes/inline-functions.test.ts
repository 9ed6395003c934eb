import Long from 'long';
import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { encodeAttribute } from '../format/attributes.ts';
import { type Model, type ModelFunction, type Node, newAttribute, newNode, withFields } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { nodesPerOperator } from '../inspect/node-counts.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { FEEDS } from '../testing/pass-cases.ts';
import { expectSameOutputs } from '../testing/same-outputs.ts';
import { inlineFunctions } from './inline-functions.ts';
import { optimize } from './optimize.ts';

function defined(name: string, node: Node[], more: Partial<ModelFunction> = {}): ModelFunction {
  const fields = { ...{ name, domain: 'local', input: ['in'], output: ['out'], node }, ...more };
  const opsetImport = [
    { domain: '', version: Long.fromInt(21) },
    { domain: 'local', version: Long.fromInt(1) },
  ];
  return new onnx.FunctionProto({ opsetImport, ...fields } as never) as unknown as ModelFunction;
}

function reference(name: string, of: string): ReturnType<typeof newAttribute> {
  return newAttribute({ name, refAttrName: of, type: onnx.AttributeProto.AttributeType.INT });
}

const flat = defined(
  'Flat',
  [
    newNode({ opType: 'Neg', input: ['in'], output: ['middle'] }),
    newNode({ opType: 'Flatten', input: ['middle'], output: ['out'], attribute: [reference('axis', 'from')] }),
  ],
  { attribute: [], attributeProto: [encodeAttribute('from', 1)] },
);
const twice = defined('Twice', [
  newNode({ opType: 'Flat', domain: 'local', input: ['in'], output: ['half'] }),
  newNode({ opType: 'Add', input: ['half', 'half'], output: ['out'] }),
]);

function calling(functions: ModelFunction[], build: (graph: GraphBuilder) => string[]): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 6]);
  graph.input('image', 'float32', ['batch', 4, 5, 5]);
  graph.input('n', 'int64', []);
  for (const value of build(graph)) graph.output(value, 'float32');
  return withFields(graph.build(), { functions });
}

const local = { domain: 'local' };

describe('inlineFunctions', () => {
  test('puts bodies in the place of calls, with attributes and defaults, calls inside of calls too', async () => {
    const model = calling([flat, twice], (graph) => [
      graph.node('Flat', ['image'], { from: 2 }, local),
      graph.node('Flat', ['image'], {}, local),
      // The name of a value inside of a function.
      graph.node('Twice', [graph.node('Relu', ['image'], {}, { outputs: ['middle'] })], {}, local),
    ]);
    const { model: after, report } = inlineFunctions(model);
    expect(nodesPerOperator(after.graph.node)).toEqual({ Add: 1, Flatten: 3, Identity: 4, Neg: 3, Relu: 1 });
    expect(report.changes).toHaveLength(4);
    await expectSameOutputs(model, after, FEEDS, 0);
    const { model: optimized } = optimize(model);
    expect(optimized.functions).toEqual([]);
    expect(allNodes(optimized.graph.node).map(({ opType }) => opType)).not.toContain('Identity');
    await expectSameOutputs(model, optimized, FEEDS, 0);
  });

  test('inlines a call inside of a branch', async () => {
    const model = calling([flat], (graph) => {
      const inner = graph.inner('branch');
      inner.output(inner.node('Flat', ['image'], {}, local), 'float32');
      const body = inner.graph();
      const condition = graph.node('Cast', ['n'], { to: 9 });
      return [graph.node('If', [condition], { then_branch: body, else_branch: body })];
    });
    const imported = withFields(model, {
      opsetImport: [...model.opsetImport, { domain: 'local', version: Long.fromInt(1) }],
    });
    const { model: after } = inlineFunctions(imported);
    expect(allNodes(after.graph.node).map(({ opType }) => opType)).not.toContain('Flat');
    await expectSameOutputs(imported, after, FEEDS, 0);
  });

  test('leaves functions of another operator set, and ends for one that calls itself', () => {
    const older = defined('Flat', flat.node, { opsetImport: [{ domain: '', version: Long.fromInt(13) }] });
    const call = (graph: GraphBuilder) => [graph.node('Flat', ['image'], {}, local)];
    expect(inlineFunctions(calling([older], call)).report.changes).toEqual([]);
    const endless = defined('Flat', [newNode({ opType: 'Flat', domain: 'local', input: ['in'], output: ['out'] })]);
    expect(inlineFunctions(calling([endless], call)).report.changes).toHaveLength(32);
  });

  test("inlines what the official package's file defines", () => {
    const { model } = inlineFunctions(readModel(OFFICIAL_MODEL));
    expect(nodesPerOperator(model.graph.node)).toMatchObject({ Add: 1, Gemm: 1 });
  });
});
