import { describe, expect, test } from 'vitest';
import { type Model, withGraph } from '../../../format/messages.ts';
import { writeModel } from '../../../format/write-model.ts';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { decodeTensor } from '../../../tensor/decode-tensor.ts';
import { encodeTensor } from '../../../tensor/encode-tensor.ts';
import { float32, int64, type TensorOf } from '../../../tensor/tensor.ts';
import { denseNetwork } from '../../../testing/dense-network.ts';
import { depthwiseClassifier } from '../../../testing/networks/depthwise-classifier.ts';
import { imageClassifier } from '../../../testing/networks/image-classifier.ts';
import { weight } from '../../../testing/networks/peer-network.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';
import { expectSameOutputs } from '../../../testing/same-outputs.ts';
import { type PrunedLayer, pruneChannels } from './prune-channels.ts';

/** The sums of a product may be added up in another order: a few units in the last place of float32. */
const TOLERANCE = 1e-6;

/**
 * The model with every second channel of these initializers at 0, by the axis that counts them: channels that say
 * nothing, so a model without them says the same.
 */
function silenced(model: Model, axes: Readonly<Record<string, number>>): Model {
  const initializer = model.graph.initializer.map((proto) => {
    const axis = axes[proto.name ?? ''];
    if (axis === undefined) return proto;
    const { dims, data } = decodeTensor(proto) as TensorOf<'float32'>;
    const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
    const quiet = data.map((entry, at) => ((Math.floor(at / inner) % dims[axis]!) % 2 === 0 ? 0 : entry));
    return encodeTensor(proto.name ?? '', float32(quiet, dims));
  });
  return withGraph(model, { initializer });
}

const sizesOf = (layers: readonly PrunedLayer[]) => layers.map(({ before, after }) => [before, after]);

describe('pruning of channels', () => {
  test('leaves out units of dense layers in either layout of their weights', async () => {
    const model = silenced(denseNetwork({ sizes: [8, 12, 10, 4] }), { w0: 1, b0: 0, w1: 0, b1: 0 });
    const { model: pruned, layers } = pruneChannels(model, { share: 0.5 });
    expect(layers).toEqual([
      { nodes: ['dense0'], before: 12, after: 6 },
      { nodes: ['dense1'], before: 10, after: 5 },
    ]);
    await expectSameOutputs(model, pruned, { features: randomFloat32(seededRandom(2), [5, 8]) }, TOLERANCE);
  });

  test('follows filters through normalization, pooling and flattening into dense weights', async () => {
    const { model, x } = imageClassifier();
    const quiet = silenced(model, {
      ...{ first_w: 0, first_mean: 0, first_bias: 0 },
      ...{ second_w: 0, second_mean: 0, second_bias: 0 },
    });
    const { model: pruned, layers } = pruneChannels(quiet, { share: 0.5 });
    expect(sizesOf(layers)).toEqual([
      [6, 3],
      [8, 4],
    ]);
    await expectSameOutputs(quiet, pruned, { x: x as TensorOf<'float32'> }, TOLERANCE);
    expect(writeModel(pruned).length).toBeLessThan(0.55 * writeModel(quiet).length);
  });

  test('takes the filters of depthwise convolutions with those in front of them', async () => {
    const { model, x } = depthwiseClassifier();
    const names = ['stem', 'depth0', 'point0', 'depth1', 'point1'];
    const quiet = silenced(
      model,
      Object.fromEntries(names.flatMap((name) => ['w', 'mean', 'bias'].map((part) => [`${name}_${part}`, 0]))),
    );
    const { model: pruned, layers } = pruneChannels(quiet, { share: 0.5 });
    expect(sizesOf(layers)).toEqual([
      [8, 4],
      [12, 6],
      [16, 8],
    ]);
    expect(layers.map(({ nodes }) => nodes.length)).toEqual([2, 2, 1]);
    await expectSameOutputs(quiet, pruned, { x: x as TensorOf<'float32'> }, TOLERANCE);
  });

  test('takes channels that are added to each other together', async () => {
    const graph = new GraphBuilder();
    const random = seededRandom(4);
    graph.input('x', 'float32', ['batch', 3, 6, 6]);
    const conv = (name: string, from: string, dims: number[]) =>
      graph.node('Conv', [from, weight(graph, random, `${name}_w`, dims)], { pads: [1, 1, 1, 1] }, { name });
    const relu = (from: string) => graph.node('Relu', [from]);
    const stem = relu(conv('stem', 'x', [8, 3, 3, 3]));
    const inner = relu(conv('inner', stem, [6, 8, 3, 3]));
    const sum = relu(graph.node('Add', [conv('outer', inner, [8, 6, 3, 3]), stem]));
    const mean = graph.node('ReduceMean', [sum, graph.constant(int64([2, 3]))], { keepdims: 0 });
    graph.output(graph.node('MatMul', [mean, weight(graph, random, 'head', [8, 4])]), 'float32', ['batch', 4]);
    const model = silenced(graph.build(), { stem_w: 0, inner_w: 0, outer_w: 0 });
    const { model: pruned, layers } = pruneChannels(model, { share: 0.5 });
    expect(layers).toEqual([
      { nodes: ['inner'], before: 6, after: 3 },
      { nodes: ['outer', 'stem'], before: 8, after: 4 },
    ]);
    await expectSameOutputs(model, pruned, { x: randomFloat32(random, [2, 3, 6, 6]) }, TOLERANCE);
  });

  test('finds channels that come last when an image is flattened, and the sizes that say so', async () => {
    const graph = new GraphBuilder();
    const random = seededRandom(5);
    graph.input('x', 'float32', ['batch', 2, 5, 4]);
    const filtered = graph.node('Conv', ['x', weight(graph, random, 'conv', [6, 2, 1, 1])]);
    const last = graph.node('Transpose', [graph.node('Relu', [filtered])], { perm: [0, 2, 3, 1] });
    const flat = graph.node('Reshape', [last, graph.constant(int64([-1, 120]))]);
    const factor = graph.constant(randomFloat32(random, [120]));
    const scaled = graph.node('Mul', [factor, flat]);
    graph.output(graph.node('MatMul', [scaled, weight(graph, random, 'head', [120, 4])]), 'float32', ['batch', 4]);
    const model = silenced(graph.build(), { conv: 0 });
    const { model: pruned, layers } = pruneChannels(model, { share: 0.5 });
    expect(sizesOf(layers)).toEqual([[6, 3]]);
    await expectSameOutputs(model, pruned, { x: randomFloat32(random, [3, 2, 5, 4]) }, TOLERANCE);
  });

  test('follows axes of one entry that come and go', async () => {
    const graph = new GraphBuilder();
    const random = seededRandom(6);
    graph.input('x', 'float32', ['batch', 2, 5]);
    const filtered = graph.node('Relu', [graph.node('Conv', ['x', weight(graph, random, 'conv', [6, 2, 3])])]);
    const gate = graph.node('Sigmoid', [
      graph.node('Reshape', [means(graph, filtered), graph.constant(int64([0, 6, 1]))]),
    ]);
    const gated = graph.node('Unsqueeze', [graph.node('Mul', [filtered, gate]), graph.constant(int64([1, 4]))]);
    const plain = graph.node('Squeeze', [gated, graph.constant(int64([4, 1]))]);
    graph.output(graph.node('MatMul', [means(graph, plain), weight(graph, random, 'head', [6, 4])]), 'float32', [
      'batch',
      4,
    ]);
    const model = silenced(graph.build(), { conv: 0 });
    const { model: pruned, layers } = pruneChannels(model, { share: 0.5 });
    expect(sizesOf(layers)).toEqual([[6, 3]]);
    await expectSameOutputs(model, pruned, { x: randomFloat32(random, [3, 2, 5]) }, TOLERANCE);
  });

  function means(graph: GraphBuilder, value: string): string {
    return graph.node('ReduceMean', [value, graph.constant(int64([-1]))], { keepdims: 0 });
  }

  test('keeps what it does not understand, what the model says, and nodes it is told to', () => {
    const graph = new GraphBuilder();
    const random = seededRandom(7);
    graph.input('x', 'float32', ['batch', 4]);
    const layer = (name: string, from: string) =>
      graph.node('Relu', [graph.node('MatMul', [from, weight(graph, random, `${name}_w`, [4, 4])], {}, { name })]);
    const normal = graph.node('LayerNormalization', [layer('normalized', 'x'), graph.constant(float32([1, 1, 1, 1]))]);
    const said = layer('said', layer('kept', layer('pruned', normal)));
    graph.output(said, 'float32', ['batch', 4]);
    const { model, layers } = pruneChannels(graph.build(), { share: 0.5, exclude: ['kept'] });
    expect(layers).toEqual([{ nodes: ['pruned'], before: 4, after: 2 }]);
    expect(pruneChannels(model, { share: 0 }).layers).toEqual([]);
  });

  test('leaves constants that others read to them', async () => {
    const graph = new GraphBuilder();
    const random = seededRandom(8);
    graph.input('x', 'float32', ['batch', 4]);
    graph.initializer('zeros', float32(new Float32Array(4)));
    const hidden = graph.node('Relu', [graph.node('Gemm', ['x', weight(graph, random, 'w0', [4, 4]), 'zeros'])]);
    graph.output(graph.node('Gemm', [hidden, weight(graph, random, 'w1', [4, 4]), 'zeros']), 'float32', ['batch', 4]);
    const model = silenced(graph.build(), { w0: 1 });
    const { model: pruned, layers } = pruneChannels(model, { share: 0.5 });
    expect(sizesOf(layers)).toEqual([[4, 2]]);
    await expectSameOutputs(model, pruned, { x: randomFloat32(random, [3, 4]) }, TOLERANCE);
  });

  test('always leaves a channel, and refuses shares that are none', () => {
    const model = denseNetwork({ sizes: [8, 3, 4] });
    expect(sizesOf(pruneChannels(model, { share: 0.99 }).layers)).toEqual([[3, 1]]);
    expect(() => pruneChannels(model, { share: 1 })).toThrow(/share must be at least 0 and below 1, got 1/);
  });
});
