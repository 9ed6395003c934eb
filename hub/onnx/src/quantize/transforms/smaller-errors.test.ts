import { expect, it } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, int64, scalar, type TensorOf } from '../../tensor/tensor.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { signalToNoise } from '../../testing/signal-to-noise.ts';
import { floatOutput, integerOutput } from '../../testing/static-noise.ts';
import { ChannelStatistics } from '../calibration/channel-statistics.ts';
import { exposeActivations } from '../plan/expose-activations.ts';
import { equalizeChannels } from './equalize-channels.ts';
import { smoothActivations } from './smooth-activations.ts';

type Random = () => number;

const CLASSES = 10;

/** Factors between 1/16 and 16. */
function spread(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => 2 ** (8 * random() - 4));
}

/**
 * Blocks of a depthwise and a pointwise convolution as MobileNet has them, whose channels differ by up to 256: what
 * trained networks show once BatchNormalization is folded into the weights.
 */
function depthwiseNetwork(seed: number): Model {
  const [graph, random] = [new GraphBuilder(), seededRandom(seed)];
  graph.input('image', 'float32', ['batch', 3, 12, 12]);
  let [value, before]: [string, number[]] = ['image', [1, 1, 1]];
  const layer = (channels: number, perGroup: number, size: number): void => {
    const own = spread(random, channels);
    const group = perGroup === 1 ? channels : 1;
    const dims = [channels, perGroup, size, size];
    const { data } = randomFloat32(random, dims, Math.sqrt(6 / (perGroup * size * size)));
    const weights = data.map((entry, at) => {
      const output = Math.floor(at / (perGroup * size * size));
      const input = group === 1 ? Math.floor(at / (size * size)) % perGroup : output;
      return (entry * own[output]!) / before[input]!;
    });
    const bias = float32(own.map((factor) => factor * 0.2 * (random() - 0.5)));
    const inputs = [value, graph.constant(float32(weights, dims)), graph.constant(bias)];
    const pad = (size - 1) / 2;
    const filtered = graph.node('Conv', inputs, { kernel_shape: [size, size], group, pads: [pad, pad, pad, pad] });
    [value, before] = [graph.node('Relu', [filtered]), own];
  };
  layer(16, 3, 3);
  for (let block = 0; block < 3; block++) {
    layer(16, 1, 3);
    layer(16, 16, 1);
  }
  const flat = graph.node('Flatten', [graph.node('GlobalAveragePool', [value])]);
  const { data } = randomFloat32(random, [16, CLASSES]);
  const head = float32(
    data.map((entry, at) => entry / before[Math.floor(at / CLASSES)]!),
    [16, CLASSES],
  );
  graph.node('Gemm', [flat, graph.constant(head)], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

/** Share of rows with the same largest entry. */
function agreement(left: Float32Array, right: Float32Array): number {
  const rows = left.length / CLASSES;
  const winner = (values: Float32Array, row: number): number => {
    const own = values.subarray(row * CLASSES, (row + 1) * CLASSES);
    return own.indexOf(Math.max(...own));
  };
  return (
    Array.from({ length: rows }, (_, row) => row).filter((row) => winner(left, row) === winner(right, row)).length /
    rows
  );
}

it('equalized channels of a depthwise network lose far less in integers', async () => {
  const feeds = { image: randomFloat32(seededRandom(8), [200, 3, 12, 12]) };
  for (const seed of [1, 2, 3]) {
    const model = depthwiseNetwork(seed);
    const float = await floatOutput(model, feeds, 'logits');
    const plain = await integerOutput(model, feeds, 'logits');
    const equalized = await integerOutput(equalizeChannels(model), feeds, 'logits');
    // Before: 1 to 11 dB. After: 39 dB and more, which is what 8 bits through seven layers leave.
    expect(signalToNoise(float, plain)).toBeLessThan(15);
    expect(signalToNoise(float, equalized)).toBeGreaterThan(35);
    expect(agreement(float, equalized)).toBeGreaterThanOrEqual(Math.max(0.98, agreement(float, plain)));
  }
});

const [TOKENS, WIDTH, INNER] = [8, 32, 64];

function isOutlier(channel: number): boolean {
  return channel % 11 === 3;
}

/**
 * An encoder block whose normalizations make a few channels 60 times as large as the others, without their saying as
 * much more to the weights behind them.
 *
 * @see Xiao et al. 2022, SmoothQuant, figure 4
 */
function outlierBlock(seed: number): Model {
  const [graph, random] = [new GraphBuilder(), seededRandom(seed)];
  graph.input('x', 'float32', ['batch', TOKENS, WIDTH]);
  const norm = (value: string): string => {
    const gain = Array.from({ length: WIDTH }, (_, at) => (isOutlier(at) ? 60 : 1) * (0.5 + random()));
    return graph.node('LayerNormalization', [
      value,
      graph.constant(float32(gain)),
      graph.constant(randomFloat32(random, [WIDTH], 0.1)),
    ]);
  };
  const linear = (value: string, inputs: number, outputs: number, isNormed = false): string => {
    const { data } = randomFloat32(random, [inputs, outputs], Math.sqrt(3 / inputs));
    const quiet = data.map((entry, at) => (isNormed && isOutlier(Math.floor(at / outputs)) ? entry / 30 : entry));
    const weights = graph.constant(float32(quiet, [inputs, outputs]));
    return graph.node('Add', [
      graph.node('MatMul', [value, weights]),
      graph.constant(randomFloat32(random, [outputs])),
    ]);
  };
  const normed = norm('x');
  const [query, key, val] = [0, 1, 2].map(() => linear(normed, WIDTH, WIDTH, true)) as [string, string, string];
  const scores = graph.node('MatMul', [query, graph.node('Transpose', [key], { perm: [0, 2, 1] })]);
  const scaled = graph.node('Mul', [scores, graph.constant(scalar(1 / Math.sqrt(WIDTH)))]);
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scaled], { axis: -1 }), val]);
  const attended = graph.node('Add', ['x', linear(mixed, WIDTH, WIDTH)]);
  const wide = graph.node('Gelu', [linear(norm(attended), WIDTH, INNER, true)]);
  const encoded = graph.node('Add', [attended, linear(wide, INNER, WIDTH)]);
  const mean = graph.node('ReduceMean', [encoded, graph.constant(int64([1]))], { keepdims: 0 });
  graph.node('Gemm', [mean, graph.constant(randomFloat32(random, [WIDTH, CLASSES]))], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

async function channelMaxima(model: Model, feeds: { x: TensorOf<'float32'> }): Promise<Map<string, Float32Array>> {
  const names = model.graph.node
    .filter(({ opType }) => opType === 'MatMul' || opType === 'Gemm')
    .map(({ input }) => input[0] ?? '');
  const outputs = await (await ortSession(exposeActivations(model, names))).run(feeds);
  return new Map(
    [...new Set(names)].map((name) => {
      const { data, dims } = outputs[name] as TensorOf<'float32'>;
      const statistics = new ChannelStatistics(-1, name);
      statistics.observe(data, dims);
      return [name, statistics.maxima()];
    }),
  );
}

it('smoothed outlier channels of a transformer lose far less in integers', async () => {
  const feeds = { x: randomFloat32(seededRandom(8), [100, TOKENS, WIDTH]) };
  for (const seed of [1, 2, 3]) {
    const model = outlierBlock(seed);
    const float = await floatOutput(model, feeds, 'logits');
    const plain = await integerOutput(model, feeds, 'logits');
    const smoothed = await integerOutput(smoothActivations(model, await channelMaxima(model, feeds)), feeds, 'logits');
    // Before: 13 to 17 dB. After: 39 dB and more.
    expect(signalToNoise(float, plain)).toBeLessThan(20);
    expect(signalToNoise(float, smoothed)).toBeGreaterThan(35);
    expect(agreement(float, smoothed)).toBeGreaterThan(agreement(float, plain) + 0.05);
  }
});
