import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { float32, int64, scalar, tensor } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';

type Build = (graph: GraphBuilder) => readonly string[];

/** Operators of many families over x [batch, 6], image [batch, 3, 8, 8] and words [batch, 2]. */
const CASES: Readonly<Record<string, Build>> = {
  'random numbers': (graph) => [
    graph.node('RandomNormal', [], { shape: [2, 3], dtype: DATA_TYPE.float64 }),
    graph.node('RandomUniform', [], { shape: [4] }),
    graph.node('RandomNormalLike', ['x']),
    graph.node('RandomUniformLike', ['x'], { dtype: DATA_TYPE.float64 }),
    graph.node('Bernoulli', ['x'], { dtype: DATA_TYPE.bool }),
    graph.node('Multinomial', ['x'], { sample_size: 3 }),
  ],
  'windows for sound': (graph) => [
    graph.node('HannWindow', [graph.constant(int64([16], []))]),
    graph.node('HammingWindow', [graph.constant(int64([16], []))], { output_datatype: DATA_TYPE.float64 }),
    graph.node('BlackmanWindow', [graph.constant(int64([9], []))]),
    graph.node('MelWeightMatrix', [
      ...[8, 32, 16000].map((value) => graph.constant(int64([value], []))),
      ...[0, 8000].map((value) => graph.constant(scalar(value))),
    ]),
  ],
  'Fourier transforms': (graph) => {
    const signal = graph.node('Reshape', ['x', graph.constant(int64([0, -1, 1]))]);
    const window = graph.constant(float32([1, 1, 1, 1]));
    return [
      graph.node('DFT', [signal]),
      graph.node('DFT', [signal, '', graph.constant(int64([1], []))], { onesided: 1 }),
      graph.node('DFT', [signal, graph.constant(int64([4], []))]),
      graph.node('STFT', ['x', graph.constant(int64([2], [])), window]),
      graph.node('STFT', ['x', graph.constant(int64([1], [])), window], { onesided: 0 }),
    ];
  },
  'pictures and regions': (graph) => {
    const theta = graph.constant(float32([1, 0, 0, 0, 1, 0], [1, 2, 3]));
    const grid = graph.node('AffineGrid', [theta, graph.constant(int64([1, 3, 5, 4]))]);
    const first = graph.node('Slice', ['image', ...[[0], [1], [0]].map((list) => graph.constant(int64(list)))]);
    const regions = graph.constant(float32([0, 0, 4, 4, 1, 1, 6, 6], [2, 4]));
    return [
      grid,
      graph.node('GridSample', [first, grid]),
      graph.node('RoiAlign', ['image', regions, graph.constant(int64([0, 1]))], { output_height: 3, output_width: 2 }),
      graph.node('CenterCropPad', ['image', graph.constant(int64([4, 10]))], { axes: [2, -1] }),
      graph.node('Col2Im', [
        graph.node('Reshape', ['x', graph.constant(int64([0, 6, 1]))]),
        graph.constant(int64([1, 2])),
        graph.constant(int64([1, 2])),
      ]),
      graph.node('NonMaxSuppression', [
        graph.constant(float32([0, 0, 1, 1, 0, 0, 2, 2], [1, 2, 4])),
        graph.constant(float32([0.9, 0.8], [1, 1, 2])),
        graph.constant(int64([5])),
      ]),
    ];
  },
  'lists, and pooling that is undone': (graph) => {
    const pooled = graph.nodeWithOutputs(2, 'MaxPool', ['image'], { kernel_shape: [2, 2], strides: [2, 2] });
    const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
    return [
      graph.node('SequenceLength', [graph.node('SequenceConstruct', ['x', 'x'])]),
      graph.node('MaxUnpool', pooled, attributes),
      graph.node('MaxUnpool', [...pooled, graph.node('Shape', ['image'])], attributes),
    ];
  },
  texts: (graph) => [
    graph.node('StringNormalizer', [graph.constant(tensor('string', [2], ['A', 'b']))], {
      case_change_action: 'LOWER',
      locale: 'C.UTF-8',
    }),
    ...graph.nodeWithOutputs(2, 'StringSplit', ['words']),
    graph.node('StringConcat', ['words', graph.constant(tensor('string', [1], ['!']))]),
    graph.node('RegexFullMatch', ['words'], { pattern: 'a.*' }),
    graph.node('LabelEncoder', ['words'], { keys_strings: ['a'], values_int64s: [1] }, { domain: 'ai.onnx.ml' }),
    graph.node('TfIdfVectorizer', [graph.constant(int64([1, 2, 2], [1, 3]))], {
      mode: 'TF',
      min_gram_length: 1,
      max_gram_length: 1,
      max_skip_count: 0,
      ngram_counts: [0],
      ngram_indexes: [0, 4],
      pool_int64s: [1, 2],
    }),
  ],
  losses: (graph) => {
    const labels = graph.node('Cast', [graph.node('ArgMax', ['x'], { axis: 1, keepdims: 0 })], { to: DATA_TYPE.int64 });
    const logs = graph.node('LogSoftmax', ['x']);
    return [
      ...graph.nodeWithOutputs(2, 'SoftmaxCrossEntropyLoss', ['x', labels]),
      graph.node('SoftmaxCrossEntropyLoss', ['x', labels], { reduction: 'none' }),
      graph.node('NegativeLogLikelihoodLoss', [logs, labels], { reduction: 'sum' }),
    ];
  },
  'integer convolutions and products': (graph) => {
    const quantized = graph.nodeWithOutputs(3, 'DynamicQuantizeLinear', ['image']);
    const [codes = '', scale = '', zero = ''] = quantized;
    const weights = graph.constant(tensor('int8', [4, 3, 3, 3], new Int8Array(108)));
    const [one, none] = [graph.constant(scalar(1)), graph.constant(tensor('int8', [], new Int8Array(1)))];
    const flat = graph.node('Reshape', [codes, graph.constant(int64([0, -1]))]);
    const matrix = graph.constant(tensor('int8', [192, 5], new Int8Array(960)));
    return [
      ...quantized,
      graph.node('ConvInteger', [codes, weights, zero], { pads: [1, 1, 1, 1] }),
      graph.node('QLinearConv', [codes, scale, zero, weights, one, none, scale, zero], { strides: [2, 2] }),
      graph.node('QLinearMatMul', [flat, scale, zero, matrix, one, none, scale, zero]),
    ];
  },
};

describe('inferTypes knows what ONNX Runtime makes of', () => {
  for (const [name, build] of Object.entries(CASES)) {
    test(name, async () => {
      const graph = new GraphBuilder({ opset: 21 });
      graph.input('x', 'float32', ['batch', 6]);
      graph.input('image', 'float32', ['batch', 3, 8, 8]);
      graph.input('words', 'string', ['batch', 2]);
      const random = seededRandom(4);
      const feeds = {
        x: randomFloat32(random, [2, 6], 0.1),
        image: randomFloat32(random, [2, 3, 8, 8]),
        words: tensor('string', [2, 2], ['a b', 'c', 'd', 'e f g']),
      };
      feeds.x.data.set(feeds.x.data.map(Math.abs));
      const found = await expectRealTypes(graph, build(graph), feeds, { batch: 2 });
      for (const dims of found) expect(dims).toBeDefined();
    });
  }

  test('attention, with heads side by side and one behind the other', async () => {
    const graph = new GraphBuilder({ opset: 23 });
    graph.input('side', 'float32', ['batch', 5, 12]);
    graph.input('apart', 'float32', ['batch', 3, 5, 4]);
    graph.input('past', 'float32', ['batch', 3, 2, 4]);
    const values = [
      graph.node('Attention', ['side', 'side', 'side'], { q_num_heads: 3, kv_num_heads: 3 }),
      ...graph.nodeWithOutputs(3, 'Attention', ['apart', 'apart', 'apart', '', 'past', 'past']),
    ];
    const random = seededRandom(5);
    const feeds = {
      side: randomFloat32(random, [2, 5, 12]),
      apart: randomFloat32(random, [2, 3, 5, 4]),
      past: randomFloat32(random, [2, 3, 2, 4]),
    };
    expect(await expectRealTypes(graph, values, feeds, { batch: 2 })).toEqual([
      ['batch', 5, 12],
      ['batch', 3, 5, 4],
      ['batch', 3, 7, 4],
      ['batch', 3, 7, 4],
    ]);
  });
});
