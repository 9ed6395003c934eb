import { describe, expect, test } from 'vitest';
import type { Model } from '../format/messages.ts';
import { extractModel } from '../graph/extract-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { liftConstants } from '../graph/lift-constants.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { realModel } from '../testing/real-models.ts';
import { classifierBody, findClassifierHead, type HeadValues, withClassifierHead } from './classifier-head.ts';

const random = seededRandom(5);

function weights(units: number, classes: number) {
  return { weight: randomFloat32(random, [units, classes]), bias: randomFloat32(random, [classes]) };
}

/** Convolution over [batch, 3, 8, 8], then what `end` makes of its 6 maps. */
function convolutional(end: (graph: GraphBuilder, maps: string) => string): Model {
  const graph = new GraphBuilder();
  graph.input('image', 'float32', ['batch', 3, 8, 8]);
  const filters = graph.initializer('filters', randomFloat32(random, [6, 3, 3, 3]));
  const maps = graph.node('Relu', [graph.node('Conv', ['image', filters], { kernel_shape: [3, 3] })]);
  const y = end(graph, maps);
  return graph.output(y, 'float32').build();
}

function pointwise(graph: GraphBuilder, value: string): string {
  const filters = graph.initializer('classes', randomFloat32(random, [4, 6, 1, 1]));
  return graph.node('Conv', [value, filters], { kernel_shape: [1, 1] }, { name: 'last' });
}

function replaced(model: Model, head: ReturnType<typeof findClassifierHead>, values: HeadValues, output: string) {
  return withClassifierHead(classifierBody(model, head), values, output);
}

function refusal(model: Model, output?: string): unknown {
  try {
    return findClassifierHead(model, output);
  } catch (error) {
    return error;
  }
}

describe('the head of a classifier', () => {
  test('is the last Gemm in front of a Softmax', () => {
    expect(findClassifierHead(denseNetwork({ sizes: [5, 8, 3] }))).toEqual({
      ...{ node: 'dense1 (Gemm)', operator: 'Gemm', units: 8, classes: 3, output: 'probabilities' },
      features: 'relu_out',
    });
  });

  test('is the last MatMul of a real model, behind an Add and a Reshape whose shape is computed', () => {
    expect(findClassifierHead(realModel('text-direction'))).toMatchObject({
      ...{ node: 'p2o.MatMul.0 (MatMul)', features: 'reshape2_0.tmp_0', units: 200, classes: 2 },
      output: 'softmax_0.tmp_0',
    });
  });

  test('is a 1 x 1 convolution behind pooling, or in front of it', () => {
    const behind = convolutional((graph, maps) =>
      graph.node('Flatten', [pointwise(graph, graph.node('GlobalAveragePool', [maps]))]),
    );
    // SqueezeNet's order.
    const before = convolutional((graph, maps) => {
      const active = graph.node('Relu', [pointwise(graph, maps)]);
      const axes = graph.constant(int64([2, 3]));
      return graph.node('Softmax', [graph.node('ReduceMean', [active, axes], { keepdims: 0 })], { axis: 1 });
    });
    for (const model of [behind, before]) {
      const fixed = Object.assign(model, { graph: { ...model.graph, valueInfo: mapsInfo(model) } });
      expect(findClassifierHead(fixed)).toMatchObject({ operator: 'Conv', node: 'last (Conv)', units: 6, classes: 4 });
    }
  });

  test('is looked for at every output until one leads to it', () => {
    const graph = GraphBuilder.extend(denseNetwork({ sizes: [5, 8, 3] }));
    graph.node('Exp', ['features'], {}, { outputs: ['other'] });
    const { graph: built } = graph.output('other', 'float32').build();
    const model = Object.assign(graph.build(), { graph: { ...built, output: built.output.toReversed() } });
    expect(findClassifierHead(model)).toMatchObject({ output: 'probabilities' });
    expect(refusal(model, 'other')).toMatchObject({
      code: 'NOT_TRAINABLE',
      message: expect.stringMatching(
        /from output other: node exp \(Exp\) is neither such a node nor one that may follow/,
      ),
    });
  });

  test('is not a convolution that keeps its map, nor weights that are computed, nor one per step of a sequence', () => {
    const map = convolutional((graph, maps) => pointwise(graph, maps));
    expect(refusal(map)).toMatchObject({ message: expect.stringContaining('one value per class, got a map of them') });
    const computed = convolutional((graph, maps) => {
      const flat = graph.node('Flatten', [maps]);
      return graph.node('Gemm', [flat, graph.node('Transpose', [flat])]);
    });
    expect(refusal(computed)).toMatchObject({ message: expect.stringContaining('constant weights [units, classes]') });
    const sequence = new GraphBuilder();
    sequence.input('steps', 'float32', ['batch', 7, 5]);
    const weight = sequence.initializer('w', randomFloat32(random, [5, 3]));
    const perStep = sequence.node('MatMul', ['steps', weight], {}, { outputs: ['y'] });
    expect(refusal(sequence.output(perStep, 'float32').build())).toMatchObject({
      message: expect.stringContaining('must read [batch, units], got rank 3'),
    });
  });
});

describe('a new head', () => {
  test('multiplies the same features with other weights', async () => {
    const model = denseNetwork({ sizes: [5, 8, 3] });
    const head = findClassifierHead(model);
    const { weight, bias } = weights(8, 4);
    const made = replaced(model, head, { weight, bias }, 'scores');
    const features = randomFloat32(random, [6, 5]);
    const inputs = model.graph.input.map(({ name }) => name ?? '');
    const read = await (await ortSession(extractModel(model, inputs, [head.features]))).run({ features });
    const { scores } = await (await ortSession(made.model)).run({ features });
    const units = read[head.features] as TensorOf<'float32'>;
    const expected = product(units, weight, bias);
    expect(scores!.dims).toEqual([6, 4]);
    for (const [at, value] of (scores!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected[at]!, 4);
  });

  test('reads features that are scaled first where it is told how', async () => {
    const model = denseNetwork({ sizes: [5, 8, 3] });
    const body = classifierBody(model, findClassifierHead(model));
    const features = randomFloat32(random, [6, 5]);
    const plain = (await (await ortSession(body.model)).run({ features }))[body.features] as TensorOf<'float32'>;
    const { weight, bias } = weights(8, 4);
    const [mean, deviation] = [randomFloat32(random, [8]), float32([1, 2, 3, 4, 5, 6, 7, 8])];
    const made = withClassifierHead(body, { weight, bias, scaling: { mean, deviation } }, 'scores');
    const { scores } = await (await ortSession(made.model)).run({ features });
    const scaled = plain.data.map((value, at) => (value - mean.data[at % 8]!) / deviation.data[at % 8]!);
    const expected = product({ ...plain, data: scaled }, weight, bias);
    for (const [at, value] of (scores!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected[at]!, 4);
  });

  test('reads the mean of every map where the old one was a convolution', async () => {
    const model = convolutional((graph, maps) =>
      graph.node('Flatten', [graph.node('GlobalAveragePool', [pointwise(graph, maps)])]),
    );
    const { weight, bias } = weights(6, 2);
    const made = replaced(model, findClassifierHead(model), { weight, bias }, 'logits');
    const { logits } = await (await ortSession(made.model)).run({ image: randomFloat32(random, [3, 3, 8, 8]) });
    expect(logits!.dims).toEqual([3, 2]);
    expect(made.model.graph.initializer.map(({ name }) => name)).toEqual(['filters', 'head_weight', 'head_bias']);
  });

  test('fits a real model', async () => {
    const model = liftConstants(realModel('text-direction'));
    const made = replaced(model, findClassifierHead(model), weights(200, 10), 'logits');
    const x = randomFloat32(random, [2, 3, 48, 192]);
    const { logits } = await (await ortSession(made.model)).run({ x });
    expect(logits!.dims).toEqual([2, 10]);
  });
});

function mapsInfo(model: Model) {
  const declared = new GraphBuilder();
  for (const node of model.graph.node) {
    if (node.opType === 'Relu') declared.input(node.output[0] ?? '', 'float32', ['batch', undefined, 6, 6]);
    if (node.opType === 'GlobalAveragePool') declared.input(node.output[0] ?? '', 'float32', ['batch', 6, 1, 1]);
  }
  return declared.graph().input;
}

function product(units: TensorOf<'float32'>, weight: TensorOf<'float32'>, bias: TensorOf<'float32'>): number[] {
  const [rows = 0, inner = 0] = units.dims;
  const columns = bias.data.length;
  return Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = bias.data[column] ?? 0;
    for (let unit = 0; unit < inner; unit++) {
      sum += (units.data[row * inner + unit] ?? 0) * (weight.data[unit * columns + column] ?? 0);
    }
    return sum;
  });
}

test('is refused under a name that the model has', () => {
  const model = denseNetwork({ sizes: [5, 8, 3] });
  const { weight, bias } = { weight: float32(new Float32Array(8), [8, 1]), bias: float32([0]) };
  expect(() => replaced(model, findClassifierHead(model), { weight, bias }, 'w0')).toThrow(/w0 again/);
});
