import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { rangesFor } from '../../testing/calibration.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { staticQuantize } from '../static/static-quantize.ts';
import { correctedBias } from './corrected-bias.ts';

describe('correctedBias', () => {
  test('takes the mean effect of rounding out of the bias, by hand', () => {
    // Weights 0.9 and 2.2 became 1 and 2; inputs are 10 and 100 on average: 0.1 * 10 - 0.2 * 100 too much.
    const weights = float32([0.9, 2.2], [2, 1]);
    const quantized = { values: Int8Array.of(1, 2), scales: Float32Array.of(1) };
    const corrected = correctedBias(Float32Array.of(5), {
      ...{ weights, quantized, axes: { output: 1, input: 0 }, groups: 1 },
      means: Float32Array.of(10, 100),
    });
    expect(corrected[0]).toBeCloseTo(5 - 1 + 20, 4);
  });

  test('knows which inputs a group reads', () => {
    // Two groups of one input each, one output each, two taps.
    const weights = float32([0.5, 0.5, 0.25, 0.25], [2, 1, 2]);
    const quantized = { values: Int8Array.of(1, 1, 1, 1), scales: Float32Array.of(1, 1) };
    const corrected = correctedBias(Float32Array.of(0, 0), {
      ...{ weights, quantized, axes: { output: 0, input: 1 }, groups: 2 },
      means: Float32Array.of(1, 10),
    });
    expect([...corrected]).toEqual([-1, -15]);
  });
});

test('a quantized convolution is right on average when its inputs lie on one side', async () => {
  const random = seededRandom(31);
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['n', 16, 4, 4]);
  graph.initializer('w', randomFloat32(random, [8, 16, 1, 1]));
  graph.output(graph.node('Conv', ['x', 'w'], {}, { outputs: ['y'] }), 'float32');
  const model = graph.build();
  const { data, dims } = randomFloat32(random, [32, 16, 4, 4]);
  const x = float32(
    data.map((value) => value + 2),
    dims,
  );
  const ranges = await rangesFor(model, { x });
  const means = Float32Array.from({ length: 16 }, (_, channel) => meanOf(x, channel, 16));
  const shifts = async (inputMeans: ReadonlyMap<string, Float32Array>): Promise<number> => {
    const form = staticQuantize(model, ranges, { reduceRange: true, inputMeans });
    const [expected, actual] = [await (await ortSession(model)).run({ x }), await (await ortSession(form)).run({ x })];
    const channels = Array.from({ length: 8 }, (_, channel) => channel);
    const values = [expected, actual].map((outputs) => outputs['y'] as TensorOf<'float32'>);
    return Math.max(
      ...channels.map((channel) => Math.abs(meanOf(values[0]!, channel, 8) - meanOf(values[1]!, channel, 8))),
    );
  };
  expect(await shifts(new Map([['x', means]]))).toBeLessThan(0.25 * (await shifts(new Map())));
});

/** Mean of one channel of [row, channel, ...]. */
function meanOf({ data }: TensorOf<'float32'>, channel: number, channels: number): number {
  const area = 16;
  const own = data.filter((_, at) => Math.floor(at / area) % channels === channel);
  return own.reduce((sum, value) => sum + value, 0) / own.length;
}
