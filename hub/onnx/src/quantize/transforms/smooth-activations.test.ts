import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { float32, scalar, type TensorOf } from '../../tensor/tensor.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectSameOutputs } from '../../testing/same-outputs.ts';
import { ChannelStatistics } from '../calibration/channel-statistics.ts';
import { exposeActivations } from '../plan/expose-activations.ts';
import { smoothActivations } from './smooth-activations.ts';

/** Each product is rounded to float32 twice, before and after; errors of some layers add up. */
const TOLERANCE = 1e-5;
const [LENGTH, WIDTH] = [5, 6];

type Front = (graph: GraphBuilder, value: string, random: () => number) => string;

const vector = (graph: GraphBuilder, random: () => number): string => graph.constant(randomFloat32(random, [WIDTH], 2));
const matrix = (graph: GraphBuilder, random: () => number): string =>
  graph.constant(randomFloat32(random, [WIDTH, WIDTH]));

/** What lies in front of the activation, with where its channels can be divided. */
const FREE: Readonly<Record<string, Front>> = {
  LayerNormalization: (graph, x, random) =>
    graph.node('LayerNormalization', [x, vector(graph, random), vector(graph, random)]),
  'LayerNormalization without a shift': (graph, x, random) =>
    graph.node('LayerNormalization', [x, vector(graph, random)], { axis: 2 }),
  'a normalization of separate nodes': (graph, x, random) => {
    const scaled = graph.node('Mul', [graph.node('Tanh', [x]), vector(graph, random)]);
    return graph.node('Add', [scaled, vector(graph, random)]);
  },
  'a quotient': (graph, x) => graph.node('Div', [x, graph.constant(float32([1, 2, 3, 4, 5, 6]))]),
  'one factor for all channels': (graph, x) => graph.node('Mul', [graph.constant(scalar(3)), x]),
  'weights and a Relu': (graph, x, random) => {
    const product = graph.node('MatMul', [x, matrix(graph, random)]);
    return graph.node('Relu', [graph.node('Add', [product, vector(graph, random)])]);
  },
};

/** Where a multiplication has to be added. */
const COSTLY: Readonly<Record<string, Front>> = {
  'the input': (_, x) => x,
  Gelu: (graph, x) => graph.node('Gelu', [x]),
  'a sum': (graph, x) => graph.node('Add', [x, graph.node('Tanh', [x])]),
  'a gate': (graph, x, random) => {
    const open = graph.node('Sigmoid', [graph.node('MatMul', [x, matrix(graph, random)])]);
    return graph.node('Mul', [open, graph.node('MatMul', [x, matrix(graph, random)])]);
  },
  'something that others read': (graph, x, random) => {
    const normed = graph.node('LayerNormalization', [x, vector(graph, random)]);
    graph.node('Neg', [normed], {}, { outputs: ['other'] });
    graph.output('other', 'float32', ['batch', LENGTH, WIDTH]);
    return normed;
  },
};

/** x [batch, length, width] -> something -> as many MatMuls as there are readers -> sum. */
function block(front: Front, readers: number, seed: number): { model: Model; value: string } {
  const [graph, random] = [new GraphBuilder(), seededRandom(seed)];
  graph.input('x', 'float32', ['batch', LENGTH, WIDTH]);
  const value = front(graph, 'x', random);
  const products = Array.from({ length: readers }, () => graph.node('MatMul', [value, matrix(graph, random)]));
  graph.node('Sum', products, {}, { outputs: ['y'] });
  return { model: graph.output('y', 'float32', ['batch', LENGTH, WIDTH]).build(), value };
}

const FEEDS = { x: randomFloat32(seededRandom(9), [2, LENGTH, WIDTH], 3) };
const OUTLIERS = Float32Array.of(1, 2, 100, 1, 0, 3);

function operators({ graph }: Model): string[] {
  return graph.node.map(({ opType }) => opType ?? '').sort();
}

describe('smoothActivations', () => {
  it.each(Object.keys(FREE))('divides in front of the weights for free: %s', async (name) => {
    const { model, value } = block(FREE[name]!, 3, 1);
    const smoothed = smoothActivations(model, new Map([[value, OUTLIERS]]));
    await expectSameOutputs(model, smoothed, FEEDS, TOLERANCE);
    expect(smoothed).not.toBe(model);
    expect(operators(smoothed)).toEqual(operators(model));
  });

  it.each(Object.keys(COSTLY))('adds one product where it is not free and channels are outliers: %s', async (name) => {
    const { model, value } = block(COSTLY[name]!, 3, 1);
    const smoothed = smoothActivations(model, new Map([[value, OUTLIERS]]));
    await expectSameOutputs(model, smoothed, FEEDS, TOLERANCE);
    expect(operators(smoothed)).toEqual([...operators(model), 'Mul'].sort());
    const even = new Map([[value, Float32Array.of(1, 2, 3, 4, 5, 6)]]);
    expect(smoothActivations(model, even)).toBe(model);
  });

  it('divides by max|X|^alpha / max|W|^(1 - alpha)', () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(2)];
    graph.input('x', 'float32', ['batch', 3]);
    graph.node('Mul', ['x', graph.constant(float32([1, 1, 1]))], {}, { outputs: ['value'] });
    const weights = randomFloat32(random, [3, 4]);
    graph.node('Gemm', ['value', graph.constant(weights)], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32', ['batch', 4]).build();
    const maxima = Float32Array.of(1, 10, 100);
    for (const alpha of [0, 0.25, 0.5, 1]) {
      const smoothed = smoothActivations(model, new Map([['value', maxima]]), { alpha });
      const [factors, scaled] = smoothed.graph.node.map(
        ({ input }) => (inferTypes(smoothed).constants.get(input[1] ?? '') as TensorOf<'float32'>).data,
      );
      const largest = (data: Float32Array, row: number): number =>
        Math.max(...data.subarray(4 * row, 4 * row + 4).map(Math.abs));
      const expected = [0, 1, 2].map((at) => maxima[at]! ** alpha / largest(weights.data, at) ** (1 - alpha));
      for (const at of [1, 2]) {
        // Only ratios are fixed. float32 keeps seven digits.
        expect(factors![0]! / factors![at]! / (expected[at]! / expected[0]!)).toBeCloseTo(1, 5);
        const ratio =
          largest(scaled!, at) / largest(scaled!, 0) / (largest(weights.data, at) / largest(weights.data, 0));
        expect(ratio / (expected[at]! / expected[0]!)).toBeCloseTo(1, 5);
      }
    }
  });

  it('divides channels of convolutions, also of several that read one value', async () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(4)];
    graph.input('image', 'float32', ['batch', 4, 5, 5]);
    const norm = graph.node('InstanceNormalization', [
      'image',
      graph.constant(randomFloat32(random, [4])),
      graph.constant(randomFloat32(random, [4])),
    ]);
    const value = graph.node('Relu', [norm]);
    const plain = graph.node('Conv', [value, graph.constant(randomFloat32(random, [4, 4, 3, 3]))]);
    const depthwise = graph.node('Conv', [value, graph.constant(randomFloat32(random, [4, 1, 3, 3]))], { group: 4 });
    graph.node('Add', [plain, depthwise], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    const feeds = { image: randomFloat32(random, [2, 4, 5, 5]) };
    const smoothed = smoothActivations(model, new Map([[value, Float32Array.of(1, 50, 2, 1)]]));
    await expectSameOutputs(model, smoothed, feeds, TOLERANCE);
    expect(operators(smoothed)).toEqual(operators(model));
    const direct = smoothActivations(model, new Map([['image', Float32Array.of(1, 50, 2, 1)]]));
    expect(direct).toBe(model);
  });

  it('leaves no spread in front of a depthwise convolution, whose weights have a scale for each channel', async () => {
    const [graph, random] = [new GraphBuilder(), seededRandom(4)];
    graph.input('image', 'float32', ['batch', 3, 5, 5]);
    const first = graph.node('Conv', ['image', graph.constant(randomFloat32(random, [4, 3, 1, 1]))]);
    graph.node('Relu', [first], {}, { outputs: ['value'] });
    const weights = graph.constant(randomFloat32(random, [4, 1, 3, 3]));
    graph.node('Conv', ['value', weights], { group: 4 }, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    const feeds = { image: randomFloat32(random, [2, 3, 5, 5]) };
    const maximaOf = async (form: Model): Promise<Float32Array> => {
      const { value } = await (await ortSession(exposeActivations(form, ['value']))).run(feeds);
      const statistics = new ChannelStatistics(1);
      statistics.observe((value as TensorOf<'float32'>).data, value!.dims);
      return statistics.maxima();
    };
    const smoothed = smoothActivations(model, new Map([['value', await maximaOf(model)]]));
    await expectSameOutputs(model, smoothed, feeds, TOLERANCE);
    const [first0 = 0, ...others] = await maximaOf(smoothed);
    for (const entry of others) expect(entry / first0).toBeCloseTo(1, 5);
  });

  it('keeps outputs for any maxima', async () => {
    const fronts = Object.entries({ ...FREE, ...COSTLY });
    const maxima = fc.array(fc.float({ min: 0, max: 1000, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(fronts.length - 1),
        fc.nat(1000),
        fc.integer({ min: 1, max: 3 }),
        maxima,
        async (at, seed, readers, sizes) => {
          const { model, value } = block(fronts[at]![1], readers, seed);
          const smoothed = smoothActivations(model, new Map([[value, Float32Array.from(sizes)]]));
          await expectSameOutputs(model, smoothed, FEEDS, TOLERANCE);
        },
      ),
      { seed: 6, numRuns: 40 },
    );
  });

  it('says which value has maxima of another number of channels', () => {
    const { model, value } = block(FREE['LayerNormalization']!, 1, 1);
    expect(() => smoothActivations(model, new Map([[value, Float32Array.of(1, 2)]]))).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', place: { value } }),
    );
    expect(() => smoothActivations(model, new Map(), { alpha: 1.5 })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', message: 'alpha must be between 0 and 1, got 1.5' }),
    );
  });
});
