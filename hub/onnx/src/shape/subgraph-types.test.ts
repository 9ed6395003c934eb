import Long from 'long';
import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { type Graph, type Model, type ModelFunction, newAttribute, newNode, withFields } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { int64, tensor } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { expectRealTypes } from '../testing/type-check.ts';
import { inferTypes } from './infer-types.ts';

const random = seededRandom(9);

function body(name: string, build: (graph: GraphBuilder) => void): Graph {
  const graph = new GraphBuilder({ name });
  build(graph);
  return graph.graph();
}

function branch(name: string, operator: string, inputs: string[], attributes = {}): Graph {
  return body(name, (graph) => {
    graph.output(graph.node(operator, inputs, attributes, { outputs: [`${name}_out`] }), 'float32');
  });
}

function outer(): GraphBuilder {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4]);
  graph.input('n', 'int64', []);
  return graph;
}

const feeds = { x: randomFloat32(random, [2, 4]), n: int64([3], []) };

describe('inferTypes inside of', () => {
  test('If gives what both branches have in common', async () => {
    const graph = outer();
    const condition = graph.node('Cast', ['n'], { to: DATA_TYPE.bool });
    const branches = {
      then_branch: branch('wide', 'Concat', ['x', 'x'], { axis: 1 }),
      else_branch: branch('tall', 'Concat', ['x', 'x', 'x'], { axis: 0 }),
    };
    const value = graph.node('If', [condition], branches);
    expect(await expectRealTypes(graph, [value], feeds, { batch: 2 })).toEqual([[undefined, undefined]]);
    const types = inferTypes(graph.build());
    const inner = graph.build().graph.node.at(-1)!.attribute[0]!.g!;
    expect(types.within(inner)?.typeOf('wide_out')).toEqual({ type: 'float32', dims: ['batch', 8] });
    expect(types.within(inner)?.typeOf('x')).toEqual({ type: 'float32', dims: ['batch', 4] });
  });

  test('If with a condition that is known gives the branch that is taken', async () => {
    const graph = outer();
    const columns = graph.node('Shape', ['x'], { start: 1 });
    const condition = graph.node('Equal', [columns, graph.constant(int64([4]))]);
    const value = graph.node('If', [condition], {
      then_branch: branch('kept', 'Identity', ['x']),
      else_branch: branch('flat', 'Flatten', ['x'], { axis: 0 }),
    });
    expect(await expectRealTypes(graph, [value], feeds, { batch: 2 })).toEqual([['batch', 4]]);
  });

  test('Loop keeps the shape of a state that keeps it, and gives up one that grows', async () => {
    const graph = outer();
    const step = body('step', (inner) => {
      inner.input('i', 'int64', []);
      inner.input('goes_on', 'bool', []);
      inner.input('sum', 'float32', []);
      inner.input('all', 'float32', []);
      inner.output(inner.node('Identity', ['goes_on'], {}, { outputs: ['goes_on_out'] }), 'bool');
      inner.output(inner.node('Add', ['sum', 'x'], {}, { outputs: ['sum_out'] }), 'float32');
      inner.output(inner.node('Concat', ['all', 'x'], { axis: 0 }, { outputs: ['all_out'] }), 'float32');
      inner.output(inner.node('ReduceMean', ['sum'], { keepdims: 0 }, { outputs: ['mean'] }), 'float32');
    });
    const untyped = withFields(step, {
      input: step.input.map((info, index) => (index < 2 ? info : withFields(info, { type: null }))),
      output: step.output.map((info, index) => (index < 1 ? info : withFields(info, { type: null }))),
    });
    const outputs = ['sum_end', 'all_end', 'means'];
    graph.node('Loop', ['n', '', 'x', 'x'], { body: untyped }, { outputs });
    expect(await expectRealTypes(graph, outputs, feeds, { batch: 2 })).toEqual([
      ['batch', 4],
      [undefined, 4],
      [undefined],
    ]);
  });

  test('Loop with a known number of passes has as many scanned outputs', async () => {
    const graph = outer();
    const step = body('step', (inner) => {
      inner.input('i', 'int64', []);
      inner.input('goes_on', 'bool', []);
      inner.output(
        inner.node('Constant', [], { value: tensor('bool', [], Uint8Array.of(1)) }, { outputs: ['on'] }),
        'bool',
        [],
      );
      inner.output(inner.node('Exp', ['x'], {}, { outputs: ['grown'] }), 'float32');
    });
    const limit = graph.constant(int64([5], []));
    const always = graph.constant(tensor('bool', [], Uint8Array.of(1)));
    graph.node('Loop', [limit, always], { body: step }, { outputs: ['stack'] });
    expect(await expectRealTypes(graph, ['stack'], feeds, { batch: 2 })).toEqual([[5, 'batch', 4]]);
  });

  test('Scan takes one axis away and puts it where it is told', async () => {
    const graph = outer();
    const step = body('step', (inner) => {
      inner.input('state', 'float32', ['batch']);
      inner.input('column', 'float32', ['batch']);
      inner.output(inner.node('Add', ['state', 'column'], {}, { outputs: ['state_out'] }), 'float32');
      inner.output(inner.node('Neg', ['column'], {}, { outputs: ['negated'] }), 'float32');
    });
    const initial = graph.node('ReduceSum', ['x', graph.constant(int64([1]))], { keepdims: 0 });
    const attributes = { body: step, num_scan_inputs: 1, scan_input_axes: [1], scan_output_axes: [-1] };
    graph.node('Scan', [initial, 'x'], attributes, { outputs: ['end', 'stack'] });
    expect(await expectRealTypes(graph, ['end', 'stack'], feeds, { batch: 2 })).toEqual([['batch'], ['batch', 4]]);
  });
});

describe('inferTypes behind functions', () => {
  const axes = newAttribute({ name: 'to', refAttrName: 'kind', type: onnx.AttributeProto.AttributeType.INT });
  const fields = {
    name: 'Halve',
    domain: 'local',
    input: ['value', 'shape'],
    output: ['result'],
    attribute: ['kind'],
    attributeProto: [],
    valueInfo: [],
    node: [
      newNode({ opType: 'Reshape', input: ['value', 'shape'], output: ['shaped'] }),
      newNode({ opType: 'Cast', input: ['shaped'], output: ['result'], attribute: [axes] }),
    ],
    opsetImport: [{ domain: '', version: Long.fromInt(21) }],
  };
  const halve = new onnx.FunctionProto(fields) as unknown as ModelFunction;

  function calling(body: ModelFunction): Model {
    const graph = outer();
    const shape = graph.constant(int64([2, -1]));
    graph.node('Halve', ['x', shape], { kind: DATA_TYPE.float64 }, { domain: 'local', outputs: ['y'] });
    return withFields(graph.build(), { functions: [body] });
  }

  test('uses the attributes and the values of the call', () => {
    expect(inferTypes(calling(halve)).typeOf('y')).toEqual({ type: 'float64', dims: [2, '2*batch'] });
  });

  test('ends for a function that calls itself', () => {
    const again = newNode({ opType: 'Halve', domain: 'local', input: ['value', 'shape'], output: ['result'] });
    const endless = withFields(halve, {
      node: [again],
      opsetImport: [{ domain: 'local', version: Long.fromInt(1) }],
    });
    expect(inferTypes(calling(endless)).typeOf('y')).toEqual({ type: undefined, dims: undefined });
  });

  test('knows nothing of a function that is not there', () => {
    expect(inferTypes(withFields(calling(halve), { functions: [] })).typeOf('y')).toEqual({
      type: undefined,
      dims: undefined,
    });
  });
});
