import { expect, test } from 'vitest';
import { runExported, setRandomWeights } from '../../../testing/layer-parity.ts';
import { SeededRandom } from '../../seeded-random.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { exportLayersModel } from '../export-layers-model.ts';

const TOLERANCE = 1e-5;

/** The plain backend of TensorFlow.js does not repeat vectors along other axes than the last. */
test.each([1, 2])(
  'batch normalization along axis %i is that along the last axis of the permuted image',
  async (axis) => {
    const own = tf.sequential({ layers: [tf.layers.batchNormalization({ axis, inputShape: [4, 5, 3] })] });
    const order = [1, 2, 3].filter((other) => other !== axis);
    const back = [1, 2, 3].map((at) => [...order, axis].indexOf(at) + 1);
    const reference = tf.sequential({
      layers: [
        tf.layers.permute({ dims: [...order, axis], inputShape: [4, 5, 3] }),
        tf.layers.batchNormalization(),
        tf.layers.permute({ dims: back }),
      ],
    });
    setRandomWeights(own, new SeededRandom(4));
    setRandomWeights(reference, new SeededRandom(4));
    const x = tf.randomUniform([2, 4, 5, 3], -1, 1, 'float32', 7);
    const [actual] = await runExported(exportLayersModel(own).model, [x]);
    const expected = (reference.predict(x) as tf.Tensor).dataSync();
    const differences = Array.from(expected, (value, at) => Math.abs(value - (actual!.data as Float32Array)[at]!));
    expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
  },
);
