import Long from 'long';
import { describe, expect, test } from 'vitest';
import { encodeAttribute, float } from '../format/attributes.ts';
import { type Model, withFields, withGraph } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { optimize } from '../passes/optimize.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';
import { toFloat16Bits } from '../tensor/float16.ts';
import { float32, int64, type Tensor, tensor } from '../tensor/tensor.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { REAL_MODELS, realModel } from '../testing/real-models.ts';
import { diffModels } from './diff-models.ts';

function model(change: (graph: GraphBuilder) => void = () => undefined, weights: Tensor = float32([1, 2])): Model {
  const graph = new GraphBuilder({ name: 'small' });
  graph.input('x', 'float32', ['batch', 2]);
  graph.initializer('w', weights);
  graph.node('LeakyRelu', ['x'], { alpha: float(0.5) }, { name: 'leaky', outputs: ['a'] });
  graph.output(graph.node('Add', ['a', 'w'], {}, { name: 'sum', outputs: ['y'] }), 'float32', ['batch', 2]);
  change(graph);
  return graph.build();
}

const base = model();

describe('diffModels', () => {
  for (const name of REAL_MODELS) {
    test(`finds nothing between the ${name} model and a copy`, () => {
      const copy = readModel(writeModel(realModel(name)));
      expect(diffModels(realModel(name), copy).isEqual).toBe(true);
    });
  }

  test('takes values in lists for the same as raw ones', () => {
    const listed = withFields(base.graph.initializer[0]!, { rawData: null, floatData: [1, 2] });
    expect(diffModels(base, withGraph(base, { initializer: [listed] })).isEqual).toBe(true);
  });

  test('tells how far values are apart', () => {
    const differences = diffModels(base, model(undefined, float32([1, 2.25])));
    expect(differences.isEqual).toBe(false);
    expect(differences.initializers).toEqual([
      {
        ...{ name: 'w', before: { type: 'FLOAT', dims: [2] }, after: { type: 'FLOAT', dims: [2] } },
        difference: { maxAbs: 0.25, changedShare: 0.5 },
      },
    ]);
  });

  test('compares integers, halves, texts, not-a-numbers and infinities', () => {
    const differenceOf = (before: Tensor, after: Tensor) =>
      diffModels(model(undefined, before), model(undefined, after)).initializers[0]?.difference;
    expect(differenceOf(int64([1, 2n ** 40n]), int64([1, 3]))).toEqual({ maxAbs: 2 ** 40 - 3, changedShare: 0.5 });
    const halves = [1, 2].map((value) => tensor('float16', [1], Uint16Array.of(toFloat16Bits(value))));
    expect(differenceOf(halves[0]!, halves[1]!)).toEqual({ maxAbs: 1, changedShare: 1 });
    const texts = ['a', 'b'].map((text) => tensor('string', [2], ['x', text]));
    expect(differenceOf(texts[0]!, texts[1]!)).toEqual({ maxAbs: undefined, changedShare: 0.5 });
    expect(differenceOf(float32([Number.NaN, 1]), float32([Number.NaN, 1]))).toBeUndefined();
    expect(differenceOf(float32([Number.NaN]), float32([1]))).toEqual({
      maxAbs: Number.POSITIVE_INFINITY,
      changedShare: 1,
    });
  });

  test('tells added, removed and reshaped constants', () => {
    const other = model((graph) => graph.initializer('v', int64([1])), float32([1, 2], [1, 2]));
    expect(diffModels(base, other).initializers).toEqual([
      { name: 'w', before: { type: 'FLOAT', dims: [2] }, after: { type: 'FLOAT', dims: [1, 2] } },
      { name: 'v', before: undefined, after: { type: 'INT64', dims: [1] } },
    ]);
  });

  test('tells added, removed and changed nodes, by name and by output', () => {
    const node = base.graph.node.map((entry) =>
      entry.name === 'leaky'
        ? withFields(entry, { name: 'renamed', attribute: [encodeAttribute('alpha', float(0.25))] })
        : withFields(entry, { opType: 'Sub', input: ['w', 'a'] }),
    );
    const extra = model((graph) => graph.node('Neg', ['y'], {}, { name: 'extra' })).graph.node.at(-1)!;
    const differences = diffModels(base, withGraph(base, { node: [...node, extra] }));
    expect(differences.nodes).toEqual({
      added: [{ node: 'extra', operator: 'Neg' }],
      removed: [],
      changed: [
        {
          ...{ node: 'sum', operator: 'Sub' },
          changes: [
            { part: 'operator', before: 'Add', after: 'Sub' },
            { part: 'inputs', before: 'a, w', after: 'w, a' },
          ],
        },
        { node: 'renamed', operator: 'LeakyRelu', changes: [{ part: 'alpha', before: '0.5', after: '0.25' }] },
      ],
    });
    expect(differences.operators).toEqual([
      { name: 'Add', before: 1, after: undefined },
      { name: 'Neg', before: undefined, after: 1 },
      { name: 'Sub', before: undefined, after: 1 },
    ]);
  });

  test('does not mind the order of nodes, or what is declared of inner values', () => {
    const shuffled = withGraph(base, {
      node: base.graph.node.toReversed(),
      valueInfo: base.graph.input,
      docString: 'text',
    });
    expect(diffModels(base, shuffled).isEqual).toBe(true);
  });

  test('tells changed inputs, outputs, operator sets and what the file says of itself', () => {
    const graph = new GraphBuilder({ name: 'small', opset: 20 });
    graph.input('x', 'float32', ['batch', 3]);
    graph.initializer('w', float32([1, 2]));
    graph.node('LeakyRelu', ['x'], { alpha: float(0.5) }, { name: 'leaky', outputs: ['a'] });
    graph.output(graph.node('Add', ['a', 'w'], {}, { name: 'sum', outputs: ['y'] }), 'float64', ['batch', 2]);
    const other = withFields(graph.build(), {
      irVersion: Long.fromInt(9),
      metadataProps: [{ key: 'author', value: 'me' }],
    });
    const differences = diffModels(base, other);
    expect(differences.inputs).toMatchObject([
      { name: 'x', before: { dims: ['batch', 2] }, after: { dims: ['batch', 3] } },
    ]);
    expect(differences.outputs).toMatchObject([{ name: 'y', before: { type: 'float32' }, after: { type: 'float64' } }]);
    expect(differences.opsets).toEqual([{ name: '', before: 21, after: 20 }]);
    expect(differences.fields).toEqual([
      { name: 'IR version', before: '10', after: '9' },
      { name: 'metadata author', before: undefined, after: 'me' },
    ]);
  });

  test('tells that inputs come in another order', () => {
    const [left, right] = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((names) => {
      const graph = new GraphBuilder();
      for (const name of names) graph.input(name, 'float32', [1]);
      graph.output(graph.node('Sub', ['a', 'b'], {}, { outputs: ['y'] }), 'float32', [1]);
      return graph.build();
    });
    expect(diffModels(left!, right!).fields).toEqual([{ name: 'order of inputs', before: 'a, b', after: 'b, a' }]);
  });

  test('looks into tensors of nodes, branches and functions', () => {
    const branched = (value: number) => {
      const graph = new GraphBuilder();
      graph.input('c', 'bool', []);
      const inner = graph.inner('branch');
      const constant = inner.node('Constant', [], { value: float32([value]) }, { name: 'held' });
      inner.initializer('k', float32([value, 1]));
      inner.output(inner.node('Add', [constant, 'k']), 'float32');
      graph.output(
        graph.node('If', ['c'], { then_branch: inner.graph(), else_branch: inner.graph() }, { name: 'choice' }),
        'float32',
      );
      return graph.build();
    };
    const differences = diffModels(branched(1), branched(3));
    expect(differences.initializers.map(({ name, difference }) => [name, difference])).toEqual([
      ['choice/then_branch/k', { maxAbs: 2, changedShare: 0.5 }],
      ['choice/else_branch/k', { maxAbs: 2, changedShare: 0.5 }],
    ]);
    expect(differences.nodes.changed.map(({ node, changes }) => [node, changes[0]?.difference])).toEqual([
      ['choice/then_branch/held', { maxAbs: 2, changedShare: 1 }],
      ['choice/else_branch/held', { maxAbs: 2, changedShare: 1 }],
    ]);
    const official = readModel(OFFICIAL_MODEL);
    const without = withFields(official, { functions: [] });
    expect(diffModels(official, without).functions).toEqual([
      { name: 'local.Twice', before: '1 node', after: undefined },
    ]);
  });

  test('cannot read values in other files, and says so', () => {
    const outside = (location: string) =>
      withGraph(base, {
        initializer: [
          withFields(encodeTensor('w', float32([1, 2])), {
            rawData: null,
            externalData: [{ key: 'location', value: location }],
          }),
        ],
      });
    expect(diffModels(outside('a.bin'), outside('b.bin')).initializers[0]?.difference).toEqual({
      maxAbs: undefined,
      changedShare: undefined,
    });
  });

  test('shows what a pass did to a real model', () => {
    const before = realModel('text-direction');
    const differences = diffModels(before, optimize(before).model);
    expect(differences.operators).toContainEqual({ name: 'BatchNormalization', before: 35, after: undefined });
    expect(differences.inputs).toEqual([]);
    expect(differences.outputs).toEqual([]);
  });
});
