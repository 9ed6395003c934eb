import { describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { Constants } from '../../shape/constants.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { rangesFor } from '../../testing/calibration.ts';
import { optimizedModel, optimizedOperators } from '../../testing/optimized-operators.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import type { ValueRange } from './activation-quantization.ts';
import { staticQuantize } from './static-quantize.ts';

const CHANNELS = 8;
const SIZE = 6;

interface ChainOptions {
  readonly seed?: number;
  /** Every weight and bias times this. */
  readonly scale?: number;
  readonly activation?: 'Relu' | 'Clip';
}

/** Three convolutions with an activation behind each, `value0` to `value2`; the last is the output. */
function chain({ seed = 5, scale = 1, activation = 'Relu' }: ChainOptions = {}): Model {
  const random = seededRandom(seed);
  const graph = new GraphBuilder();
  let value = graph.input('x', 'float32', ['n', CHANNELS, SIZE, SIZE]);
  const bounds = activation === 'Clip' ? [graph.constant(float32([0], [])), graph.constant(float32([1], []))] : [];
  for (const layer of [0, 1, 2]) {
    const times = (tensor: TensorOf<'float32'>): TensorOf<'float32'> =>
      float32(
        tensor.data.map((entry) => entry * scale),
        tensor.dims,
      );
    const weights = graph.initializer(`w${layer}`, times(randomFloat32(random, [CHANNELS, CHANNELS, 3, 3], 0.25)));
    const bias = graph.initializer(`b${layer}`, times(randomFloat32(random, [CHANNELS], 0.2)));
    const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    const filtered = graph.node('Conv', [value, weights, bias], attributes, { name: `conv${layer}` });
    value = graph.node(activation, [filtered, ...bounds], {}, { outputs: [`value${layer}`] });
  }
  return graph.output(value, 'float32', ['n', CHANNELS, SIZE, SIZE]).build();
}

const x = randomFloat32(seededRandom(9), [4, CHANNELS, SIZE, SIZE]);

function constantsOf(model: Model): (name: string) => readonly number[] {
  const constants = new Constants(model.graph);
  return (name) => [...(constants.get(name)?.data ?? [])].map(Number);
}

async function outputOf(model: Model): Promise<Float32Array> {
  const [value] = Object.values(await (await ortSession(model)).run({ x }));
  return value!.data as Float32Array;
}

describe('staticQuantize of convolutions', () => {
  test('computes what its integers say, by an own evaluation of them', async () => {
    const graph = new GraphBuilder();
    const random = seededRandom(21);
    graph.input('x', 'float32', ['n', 4, 5]);
    const weights = randomFloat32(random, [6, 4, 3]);
    const bias = randomFloat32(random, [6]);
    const inputs = ['x', graph.initializer('w', weights), graph.initializer('b', bias)];
    const filtered = graph.node('Conv', inputs, { kernel_shape: [3], pads: [1, 1] });
    const model = graph.output(graph.node('Relu', [filtered], {}, { outputs: ['y'] }), 'float32').build();
    const input = randomFloat32(random, [2, 4, 5]);
    const ranges = await rangesFor(model, { x: input });
    const [actual] = Object.values(await (await ortSession(staticQuantize(model, ranges))).run({ x: input }));
    const { values, step } = integerConvolution(input, weights, bias, ranges);
    // Kernels round halves of the last step either way.
    const worst = Math.max(...values.map((value, at) => Math.abs(value - Number(actual!.data[at]))));
    expect(worst).toBeLessThanOrEqual(step * 1.01);
    expect(values.filter((value, at) => Math.abs(value - Number(actual!.data[at])) > step / 2).length).toBeLessThan(3);
  });

  test('ends ranges at the bounds of a Clip, and leaves it out', async () => {
    const model = chain({ activation: 'Clip', scale: 3 });
    const ranges = await rangesFor(model, { x });
    const wide = new Map([...ranges].map(([name, range]) => [name, { min: range.min - 1, max: range.max + 9 }]));
    const quantized = staticQuantize(model, wide);
    expect(quantized.graph.node.map(({ opType }) => opType)).not.toContain('Clip');
    const constant = constantsOf(quantized);
    for (const value of ['value0', 'value1', 'value2']) {
      expect(constant(`${value}_zero_point`)).toEqual([0]);
      expect(constant(`${value}_scale`)[0]! * 255).toBeCloseTo(1, 6);
    }
    expect(Math.max(...(await outputOf(quantized)))).toBeLessThanOrEqual(1 + 1e-6);
  });

  test('keeps an excluded convolution between integer ones in float, also in ONNX Runtime', async () => {
    const model = chain();
    const quantized = staticQuantize(model, await rangesFor(model, { x }), { exclude: ['conv1'] });
    expect(await optimizedOperators(quantized)).toMatchObject({ QLinearConv: 2, Conv: 1 });
    expect(quantized.graph.initializer.map(({ name }) => name)).toEqual(expect.arrayContaining(['w1', 'b1']));
  });

  test('quantizes behind a float pool, not in front of it, also in ONNX Runtime', async () => {
    const random = seededRandom(6);
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', CHANNELS, SIZE, SIZE]);
    const conv = (value: string, name: string): string => {
      const weights = graph.initializer(`${name}_w`, randomFloat32(random, [CHANNELS, CHANNELS, 1, 1]));
      return graph.node('Relu', [graph.node('Conv', [value, weights], {}, { name })]);
    };
    const pooled = graph.node('MaxPool', [conv('x', 'first')], { kernel_shape: [2, 2], strides: [2, 2] });
    const model = graph.output(conv(pooled, 'second'), 'float32').build();
    const quantized = staticQuantize(model, await rangesFor(model, { x }), { exclude: ['first'] });
    const nodes = (await optimizedModel(quantized)).graph.node;
    const quantizer = nodes.find(({ opType }) => opType === 'QuantizeLinear');
    // Pools and reorders of the float layout lie in front of it.
    const before = nodes.find(({ output }) => output[0] === quantizer?.input[0]);
    expect(before?.opType).toMatch(/^(MaxPool|ReorderOutput)$/);
    expect(nodes.map(({ opType }) => opType)).toContain('QLinearConv');
  });

  test('stores weights that several nodes share once, and fuses all of them', async () => {
    const random = seededRandom(12);
    const graph = new GraphBuilder();
    let value = graph.input('x', 'float32', ['n', 64]);
    const weights = graph.initializer('w', randomFloat32(random, [64, 64], 0.2));
    for (let layer = 0; layer < 4; layer++) {
      const bias = graph.initializer(`b${layer}`, randomFloat32(random, [64], 0.2));
      value = graph.node('Relu', [graph.node('Gemm', [value, weights, bias])]);
    }
    const model = graph.output(value, 'float32').build();
    const rows = randomFloat32(random, [4, 64]);
    const quantized = staticQuantize(model, await rangesFor(model, { x: rows }));
    const stored = quantized.graph.initializer.filter(({ dims }) => dims.length === 2);
    expect(stored.map(({ name }) => name)).toEqual(['w_quantized']);
    expect(await optimizedOperators(quantized)).toMatchObject({ QGemm: 4 });
  });

  test('writes an output that a convolution writes under its own name', async () => {
    const model = chain();
    const quantized = staticQuantize(model, await rangesFor(model, { x }));
    expect(quantized.graph.output).toEqual(model.graph.output);
    expect(quantized.graph.node.at(-1)).toMatchObject({ opType: 'DequantizeLinear', output: ['value2'] });
  });

  test('holds weights to 7 bits with reduceRange', async () => {
    const model = chain();
    const constant = constantsOf(staticQuantize(model, await rangesFor(model, { x }), { reduceRange: true }));
    expect(Math.max(...constant('w0_quantized').map(Math.abs))).toBe(63);
  });
});

describe('staticQuantize with a previous model', () => {
  test('keeps scales that still fit, so that most integers stay', async () => {
    const before = chain();
    const previous = staticQuantize(before, await rangesFor(before, { x }));
    const after = chain({ scale: 0.98 });
    const ranges = await rangesFor(after, { x });
    const [old, fresh, kept] = [
      previous,
      staticQuantize(after, ranges),
      staticQuantize(after, ranges, { previous }),
    ].map(constantsOf);
    expect(kept!('w1_scale')).toEqual(old!('w1_scale'));
    expect(kept!('x_scale')).toEqual(old!('x_scale'));
    expect(kept!('value1_scale')).toEqual(old!('value1_scale'));
    expect(fresh!('w1_scale')).not.toEqual(old!('w1_scale'));
    const most = old!('w1_quantized').map((value, at) => Math.abs(value - kept!('w1_quantized')[at]!));
    // 2 % of 127 is two and a half steps.
    expect(Math.max(...most)).toBeLessThanOrEqual(3);
  });

  test('takes new scales where values would be cut, or would use too few steps', async () => {
    const before = chain();
    const previous = staticQuantize(before, await rangesFor(before, { x }));
    for (const scale of [1.1, 0.5]) {
      const after = chain({ scale });
      const ranges = await rangesFor(after, { x });
      const [fresh, kept] = [staticQuantize(after, ranges), staticQuantize(after, ranges, { previous })].map(
        constantsOf,
      );
      for (const name of ['w0_scale', 'w2_scale', 'value2_scale']) expect(kept!(name)).toEqual(fresh!(name));
    }
  });

  test('stays close to the float model all the same', async () => {
    const before = chain();
    const previous = staticQuantize(before, await rangesFor(before, { x }));
    const after = chain({ scale: 0.9 });
    const expected = await outputOf(after);
    const actual = await outputOf(staticQuantize(after, await rangesFor(after, { x }), { previous }));
    const largest = Math.max(...expected);
    // Three layers of 8 bits, with scales at most a quarter too coarse.
    expect(Math.max(...expected.map((value, at) => Math.abs(value - actual[at]!)))).toBeLessThan(0.04 * largest);
  });
});

/** u8 activations, s8 weights per channel, int32 sums: what the quantized model is to compute. */
function integerConvolution(
  { data, dims: [rows = 0, channels = 0, length = 0] }: TensorOf<'float32'>,
  weights: TensorOf<'float32'>,
  bias: TensorOf<'float32'>,
  ranges: ReadonlyMap<string, ValueRange>,
): { values: number[]; step: number } {
  const [outputs = 0, , size = 0] = weights.dims;
  const { min, max } = ranges.get('x')!;
  const scale = Math.fround((Math.max(max, 0) - Math.min(min, 0)) / 255);
  const zero = Math.round(-Math.min(min, 0) / scale);
  const clamp = (value: number): number => Math.max(0, Math.min(255, value));
  const integers = data.map((value) => clamp(Math.round(value / scale) + zero) - zero);
  const step = Math.fround(ranges.get('y')!.max / 255);
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const kernel = weights.data.subarray(output * channels * size, (output + 1) * channels * size);
      const weightScale = Math.fround(Math.max(...kernel.map(Math.abs)) / 127);
      for (let at = 0; at < length; at++) {
        let sum = Math.round(bias.data[output]! / (scale * weightScale));
        for (let channel = 0; channel < channels; channel++) {
          for (let tap = 0; tap < size; tap++) {
            const from = at + tap - 1;
            if (from < 0 || from >= length) continue;
            sum +=
              integers[(row * channels + channel) * length + from]! *
              Math.round(kernel[channel * size + tap]! / weightScale);
          }
        }
        values.push(clamp(Math.round((sum * scale * weightScale) / step)) * step);
      }
    }
  }
  return { values, step };
}
