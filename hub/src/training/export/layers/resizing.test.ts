import { describe, expect, test } from 'vitest';
import { runExported } from '../../../testing/layer-parity.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { exportLayersModel } from '../export-layers-model.ts';

const TOLERANCE = 1e-5;

/** In a network the library's layers get a list, which they cannot resize; on a tensor they work. */
describe('a layer that resizes gives what it gives on a tensor:', () => {
  test.each([
    { height: 12, width: 4 },
    { height: 5, width: 9 },
  ])('centerCrop to %j', async (size) => {
    await expectParity(() => tf.layers.centerCrop(size), [2, 7, 6, 3]);
  });

  test.each([
    { height: 10, width: 4 },
    { height: 3, width: 9, cropToAspectRatio: true },
    { height: 1, width: 13 },
    { height: 10, width: 4, interpolation: 'nearest' },
    { height: 3, width: 9, interpolation: 'nearest', cropToAspectRatio: true },
    { height: 14, width: 1, interpolation: 'nearest', cropToAspectRatio: true },
  ] as const)('resizing to %j', async (config) => {
    const full = { ...config, cropToAspectRatio: 'cropToAspectRatio' in config };
    await expectParity(() => tf.layers.resizing(full), [2, 7, 6, 3]);
  });
});

async function expectParity(make: () => tf.layers.Layer, dims: number[]): Promise<void> {
  const input = tf.input({ shape: dims.slice(1) });
  // Layers may change the shape of what they read, but not that of the input.
  const same = tf.layers.zeroPadding2d({ padding: 0 }).apply(input) as tf.SymbolicTensor;
  const network = tf.model({ inputs: input, outputs: make().apply(same) as tf.SymbolicTensor });
  const x = tf.randomUniform(dims, -1, 1, 'float32', 5);
  const [actual] = await runExported(exportLayersModel(network).model, [x]);
  const expected = (make() as unknown as { call(x: tf.Tensor, options: object): tf.Tensor }).call(x, {});
  expect(actual!.dims).toEqual(expected.shape);
  const values = actual!.data as Float32Array;
  const differences = Array.from(expected.dataSync(), (value, at) => Math.abs(value - values[at]!));
  expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
}
