import { describe, expect, test } from 'vitest';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { float32, int64, scalar, tensor } from '../tensor/tensor.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { ortSession } from '../testing/ort-session.ts';
import { GraphBuilder, ML_DOMAIN } from './graph-builder.ts';

describe('GraphBuilder', () => {
  test('builds a model that ONNX Runtime runs', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['batch', 2]);
    const w = graph.initializer('w', float32([1, 2, 3, 4], [2, 2]));
    graph.output(graph.node('Add', [graph.node('MatMul', [x, w]), graph.constant(scalar(1))]), 'float32', ['batch', 2]);
    const model = readModel(writeModel(graph.build()));
    const outputs = await (await ortSession(model)).run({ x: float32([1, 1], [1, 2]) });
    expect(Object.values(outputs)[0]?.data).toEqual(Float32Array.of(5, 7));
  });

  test('gives fresh names and refuses names that are taken', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [1]);
    expect(graph.fresh('x')).toBe('x_1');
    expect(graph.fresh('x')).toBe('x_2');
    expect(graph.fresh('y')).toBe('y');
    expect(() => graph.input('x', 'float32', [1])).toThrow(expect.objectContaining({ code: 'NAME_TAKEN' }));
    expect(() => graph.node('Relu', ['x'], {}, { outputs: ['y'] })).toThrow(
      expect.objectContaining({ code: 'NAME_TAKEN' }),
    );
    expect(() => graph.input('', 'float32', [1])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });

  test('imports the operator sets that its nodes use', async () => {
    const graph = new GraphBuilder();
    graph.input('word', 'string', ['n']);
    const attributes = { keys_strings: ['a', 'b'], values_int64s: [4, 5], default_int64: -1 };
    graph.output(graph.node('LabelEncoder', ['word'], attributes, { domain: ML_DOMAIN, outputs: ['id'] }), 'int64', [
      'n',
    ]);
    const model = graph.build();
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 21],
      ['ai.onnx.ml', 4],
    ]);
    const outputs = await (await ortSession(model)).run({ word: tensor('string', [3], ['b', 'x', 'a']) });
    expect(outputs['id']?.data).toEqual(BigInt64Array.of(5n, -1n, 4n));
  });

  test('leaves out optional inputs', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [1]);
    graph.node('Clip', ['x', undefined, graph.constant(scalar(6))]);
    graph.node('Clip', ['x', undefined, undefined]);
    expect(graph.graph().node.map(({ input }) => input)).toEqual([['x', '', 'constant'], ['x']]);
  });

  test('extends a model without changing it or its metadata', () => {
    const model = readModel(OFFICIAL_MODEL);
    const graph = GraphBuilder.extend(model);
    graph.output(graph.node('Neg', ['t']), 'float32');
    const extended = graph.build();
    expect(extended.graph.node).toHaveLength(5);
    expect(extended.functions).toEqual(model.functions);
    expect(extended.producerName).toBe('official');
    expect(Buffer.from(writeModel(model)).equals(OFFICIAL_MODEL)).toBe(true);
    // Names inside of subgraphs are taken too.
    expect(graph.fresh('s')).not.toBe('s');
  });

  test('builds a graph inside a node, whose names are taken outside too', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [3]);
    const inner = graph.inner('running_sum');
    const total = inner.node('Add', [
      inner.freshInput('total', 'float32', []),
      inner.freshInput('entry', 'float32', []),
    ]);
    inner.output(total, 'float32', []).output(inner.node('Identity', [total]), 'float32', []);
    expect(graph.fresh('total')).toBe('total_1');
    const start = graph.constant(scalar(0));
    const attributes = { body: inner.graph(), num_scan_inputs: 1 };
    const [, sums = ''] = graph.nodeWithOutputs(2, 'Scan', [start, 'x'], attributes);
    const outputs = await (await ortSession(graph.output(sums, 'float32').build())).run({ x: float32([1, 2, 3]) });
    expect(outputs[sums]?.data).toEqual(Float32Array.of(1, 3, 6));
  });

  test('names an output that a node leaves out, once', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    const axis = graph.constant(int64([1]));
    graph.node('TopK', ['x', axis], {}, { name: 'best', outputs: ['', 'index'] });
    const model = graph.output('index', 'int64', [1]).build();
    const [node] = model.graph.node;
    const extended = GraphBuilder.extend(model);
    const name = extended.nameOutput(node!, 0);
    expect(extended.nameOutput(node!, 0)).toBe(name);
    expect(node?.output).toEqual(['', 'index']);
    const outputs = await (await ortSession(extended.output(name, 'float32', [1]).build())).run({ x: float32([3, 7]) });
    expect(outputs[name]?.data).toEqual(Float32Array.of(7));
    expect(() => new GraphBuilder().nameOutput(node!, 0)).toThrow(expect.objectContaining({ code: 'VALUE_UNKNOWN' }));
  });

  test('puts other nodes in the place of one', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    graph.node('Neg', ['x'], {}, { name: 'old', outputs: ['y'] });
    graph.output(graph.node('Exp', ['y'], {}, { outputs: ['z'] }), 'float32', [2]);
    const model = graph.build();
    graph.substitute(model.graph.node[0]!, () => {
      graph.replace('y', 'Mul', [graph.node('Identity', ['x']), graph.constant(scalar(0))]);
    });
    expect(graph.graph().node.map(({ opType }) => opType)).toEqual(['Identity', 'Mul', 'Exp']);
    const outputs = await (await ortSession(graph.build())).run({ x: float32([3, 7]) });
    expect(outputs['z']?.data).toEqual(Float32Array.of(1, 1));
  });
});
