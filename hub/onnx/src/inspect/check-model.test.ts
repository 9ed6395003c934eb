import Long from 'long';
import { describe, expect, test } from 'vitest';
import { encodeAttribute } from '../format/attributes.ts';
import {
  type Model,
  type Node,
  newAttribute,
  newNode,
  newSparseTensorProto,
  newTensorProto,
  withFields,
  withGraph,
} from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';
import { float32 } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { REAL_MODELS, realModel } from '../testing/real-models.ts';
import { checkModel } from './check-model.ts';
import { checkTypes } from './check-types.ts';

const good = denseNetwork({ sizes: [2, 3, 2] });

function faultsOf(model: Model): string[] {
  return checkModel(model).map(({ code }) => code);
}

function small(): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', [2]);
  graph.initializer('c', float32([1, 2]));
  graph.output(graph.node('Add', ['x', 'c'], {}, { name: 'sum', outputs: ['y'] }), 'float32', [2]);
  return graph.build();
}

describe('checkModel', () => {
  test('looks at tensors of nodes, at sparse ones and at those in lists', () => {
    const model = small();
    const cut = newTensorProto({ name: 'k', dataType: DATA_TYPE.float32, dims: [Long.fromInt(2)], floatData: [1] });
    const constant = newNode({
      opType: 'Constant',
      output: ['k'],
      attribute: [newAttribute({ name: 'value', type: 4, t: cut })],
    });
    expect(faultsOf(withGraph(model, { node: [constant, ...model.graph.node] }))).toEqual(['TENSOR_MALFORMED']);
    const sparse = newSparseTensorProto({ values: encodeTensor('s', float32([1])), dims: [Long.fromInt(2)] });
    expect(faultsOf(withGraph(model, { sparseInitializer: [sparse] }))).toEqual(['TENSOR_MALFORMED']);
  });

  test('finds nothing in a good model', () => {
    expect(checkModel(good)).toEqual([]);
  });

  // ONNX IR, names within a graph: a subgraph must not define a name of the graph around it.
  test('knows functions and subgraphs, and finds the value that both branches of an If define again', () => {
    const faults = checkModel(readModel(OFFICIAL_MODEL));
    expect(faults.map(({ code, place }) => [code, place.value])).toEqual([
      ['VALUE_DUPLICATE', 's'],
      ['VALUE_DUPLICATE', 's'],
    ]);
  });

  test('finds cycles', () => {
    const model = small();
    const node = [
      newNode({ opType: 'Add', input: ['x', 'b'], output: ['a'] }),
      newNode({ opType: 'Neg', input: ['a'], output: ['b'] }),
    ];
    expect(faultsOf(withGraph(model, { node: [...model.graph.node, ...node] }))).toEqual(['CYCLE', 'CYCLE']);
  });

  test('finds nodes that come before what they read', () => {
    expect(faultsOf(withGraph(good, { node: good.graph.node.toReversed() }))).toEqual(['NOT_SORTED']);
  });

  test('names the node that reads an undefined value', () => {
    const model = withGraph(small(), { initializer: [] });
    expect(checkModel(model)).toEqual([
      {
        code: 'VALUE_UNDEFINED',
        message: 'Input c of node sum (Add) must be defined, got no such value',
        place: { node: 'sum', operator: 'Add', value: 'c' },
      },
    ]);
  });

  test('finds values that are defined twice', () => {
    const model = small();
    const again = newNode({ opType: 'Neg', input: ['x'], output: ['y'] });
    expect(faultsOf(withGraph(model, { node: [...model.graph.node, again] }))).toEqual(['VALUE_DUPLICATE']);
    expect(
      faultsOf(withGraph(model, { initializer: [...model.graph.initializer, ...model.graph.initializer] })),
    ).toEqual(['VALUE_DUPLICATE']);
  });

  test('finds outputs that nothing writes, and graphs without one', () => {
    const model = small();
    expect(faultsOf(withGraph(model, { node: [] }))).toEqual(['OUTPUT_UNDEFINED']);
    expect(faultsOf(withGraph(model, { output: [] }))).toEqual(['OUTPUT_MISSING']);
  });

  test('finds unknown and missing operator sets', () => {
    const opset = (domain: string, version: number) => ({ domain, version: Long.fromNumber(version) });
    expect(faultsOf(withFields(small(), { opsetImport: [opset('', 99)] }))).toEqual(['OPSET_UNKNOWN']);
    expect(faultsOf(withFields(small(), { opsetImport: [opset('', 21), opset('acme', 1)] }))).toEqual([]);
    const model = small();
    const foreign = model.graph.node.map((node) => withFields(node, { domain: 'acme' }));
    const used = withFields(withGraph(model, { node: foreign }), { opsetImport: [opset('', 21), opset('acme', 1)] });
    expect(faultsOf(used)).toEqual(['OPSET_UNKNOWN']);
    expect(faultsOf(withFields(small(), { opsetImport: [opset('ai.onnx.ml', 3)] }))).toEqual(['OPSET_MISSING']);
    expect(faultsOf(withFields(small(), { opsetImport: [opset('ai.onnx', 21)] }))).toEqual([]);
  });

  test('finds operators that the operator set does not have', () => {
    const withOperator = (opType: string) => {
      const model = small();
      return withGraph(model, { node: model.graph.node.map((node) => withFields(node, { opType })) });
    };
    const [fault] = checkModel(withOperator('Addd'));
    expect(fault?.message).toBe('Node sum (Addd) must use an operator of operator set 21, got none of that name');
    expect(faultsOf(withOperator('RotaryEmbedding'))).toEqual(['OPERATOR_UNKNOWN']);
    expect(faultsOf(withOperator('Upsample'))).toEqual(['OPERATOR_UNKNOWN']);
    expect(faultsOf(withOperator('toString'))).toEqual(['OPERATOR_UNKNOWN']);
  });

  test('finds inputs, outputs and attributes that are not those of the operator', () => {
    const withNode = (changes: Partial<Node>) => {
      const model = small();
      return withGraph(model, { node: model.graph.node.map((node) => withFields(node, changes)) });
    };
    expect(faultsOf(withNode({ input: ['x'] }))).toEqual(['INPUT_COUNT']);
    expect(faultsOf(withNode({ input: ['x', ''] }))).toEqual(['INPUT_COUNT']);
    expect(faultsOf(withNode({ input: ['x', 'c', 'c'] }))).toEqual(['INPUT_COUNT']);
    expect(faultsOf(withNode({ output: ['y', 'z'] }))).toEqual(['OUTPUT_COUNT']);
    expect(faultsOf(withNode({ attribute: [encodeAttribute('axis', 1)] }))).toEqual(['ATTRIBUTE_UNKNOWN']);
    expect(faultsOf(withNode({ opType: 'Concat' }))).toEqual(['ATTRIBUTE_MISSING']);
    const attribute = [encodeAttribute('axis', 'first')];
    expect(faultsOf(withNode({ opType: 'Concat', attribute }))).toEqual(['ATTRIBUTE_KIND']);
  });

  for (const name of REAL_MODELS) {
    test(`finds nothing in the ${name} model`, () => {
      expect(checkModel(realModel(name))).toEqual([]);
      expect(checkTypes(realModel(name))).toEqual([]);
    });
  }

  test('finds external and cut tensors and nodes without operator', () => {
    const model = small();
    const [constant] = model.graph.initializer;
    const external = withFields(constant!, { rawData: null, externalData: [{ key: 'location', value: 'c.bin' }] });
    expect(faultsOf(withGraph(model, { initializer: [external] }))).toEqual(['EXTERNAL_DATA']);
    const cut = withFields(constant!, { rawData: new Uint8Array(7) });
    expect(faultsOf(withGraph(model, { initializer: [cut] }))).toEqual(['TENSOR_MALFORMED']);
    const [node] = model.graph.node;
    expect(faultsOf(withGraph(model, { node: [withFields(node!, { opType: '' })] }))).toEqual(['OPERATOR_MISSING']);
  });
});
