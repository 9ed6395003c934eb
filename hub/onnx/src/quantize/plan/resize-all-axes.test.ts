import { describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { float32, int64 } from '../../tensor/tensor.ts';
import { minMaxRanges } from '../../testing/calibration.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { staticQuantize } from '../static/static-quantize.ts';
import { prepareForQuantization } from './prepare-for-quantization.ts';
import { resizeAllAxes } from './resize-all-axes.ts';

const RANDOM = seededRandom(3);

/** Images [batch, 12, 12, 2] -> channels first -> resized -> two convolutions: how the hub prepares images. */
function imageModel(by: 'sizes' | 'scales'): Model {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', ['batch', 12, 12, 2]);
  const channelFirst = graph.node('Transpose', ['features'], { perm: [0, 3, 1, 2] });
  const constant = graph.constant(by === 'sizes' ? int64([6, 8]) : float32([0.5, 0.75]), by);
  const inputs = by === 'sizes' ? [channelFirst, '', '', constant] : [channelFirst, '', constant];
  const resized = graph.node('Resize', inputs, { mode: 'linear', axes: [-2, -1] });
  const weights = (name: string, dims: number[]) => graph.initializer(name, randomFloat32(RANDOM, dims));
  const first = graph.node('Relu', [graph.node('Conv', [resized, weights('w0', [16, 2, 3, 3])])]);
  graph.node('Conv', [first, weights('w1', [16, 16, 3, 3])], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 16, 2, 4]).build();
}

const FEEDS = { features: randomFloat32(RANDOM, [3, 12, 12, 2]) };

async function outputOf(model: Model): Promise<Float32Array> {
  const session = await ortSession(model);
  return (await session.run(FEEDS))['y']!.data as Float32Array;
}

describe.each(['sizes', 'scales'] as const)('a Resize of some axes by %s', (by) => {
  test('computes the same when it is written for all axes', async () => {
    const model = imageModel(by);
    const rewritten = resizeAllAxes(model);
    expect(checkModel(rewritten)).toEqual([]);
    const axes = rewritten.graph.node.flatMap(({ attribute }) => attribute.filter(({ name }) => name === 'axes'));
    expect(axes).toEqual([]);
    expect(await outputOf(rewritten)).toEqual(await outputOf(model));
  });

  test('does not keep an integer form from being loaded', async () => {
    const model = prepareForQuantization(imageModel(by));
    const integer = staticQuantize(model, await minMaxRanges(model, FEEDS.features));
    const [float, got] = [await outputOf(model), await outputOf(integer)];
    const scale = Math.max(...float.map(Math.abs));
    // Two layers of 8 bits.
    for (const [at, value] of float.entries()) expect(Math.abs(value - got[at]!)).toBeLessThan(0.05 * scale);
  });
});

test('a model whose Resize names no axes stays as it is', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', [1, 1, 4, 4]);
  graph.node('Resize', ['x', '', graph.constant(float32([1, 1, 2, 2]))], {}, { outputs: ['y'] });
  const model = graph.output('y', 'float32', [1, 1, 8, 8]).build();
  expect(resizeAllAxes(model)).toBe(model);
});

test('a Resize that keeps proportions stays as it is, for they go by the axes that it names', async () => {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', [3, 2, 4, 4]);
  const attributes = { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger', mode: 'nearest' };
  graph.node('Resize', ['features', '', '', graph.constant(int64([8, 16]))], attributes, { outputs: ['y'] });
  const model = graph.output('y', 'float32', [3, 2, 8, 8]).build();
  const feeds = { features: randomFloat32(RANDOM, [3, 2, 4, 4]) };
  const { y } = await (await ortSession(prepareForQuantization(model))).run(feeds);
  expect(y!.dims).toEqual([3, 2, 8, 8]);
});
