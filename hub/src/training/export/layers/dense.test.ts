import { describe, expect, test } from 'vitest';
import { parityOf } from '../../../testing/layer-parity.ts';
import { tf } from '../../tensorflow/tensorflow.ts';

/** float32 sums in another order. */
const TOLERANCE = 1e-5;

describe('a dense layer', () => {
  test.each([
    [[4], {}],
    [[4], { useBias: false, activation: 'relu' }],
    [[4], { activation: 'softmax' }],
    [[3, 4], { activation: 'gelu' }],
    [[2, 3, 4], { useBias: false }],
  ] as const)('over %j with %j gives what TensorFlow.js gives', async (inputShape, config) => {
    const layer = tf.layers.dense({ units: 3, inputShape: [...inputShape], ...config });
    const { difference } = await parityOf(tf.sequential({ layers: [layer] }));
    expect(difference).toBeLessThan(TOLERANCE);
  });
});
