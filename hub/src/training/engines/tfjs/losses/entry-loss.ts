import { type BinaryCrossEntropyOptions, DEFAULT_HUBER_DELTA, type HuberOptions } from '@edgeloop/onnx';
import { tf } from '../../../tensorflow/tensorflow.ts';
import type { Loss } from './loss.ts';

export const meanSquaredError: Loss = (output, labels) => tf.mean(tf.square(tf.sub(output, labels)));

/** Written so that the slope at 0 is 0. */
export const meanAbsoluteError: Loss = (output, labels) => {
  const error = tf.sub(output, labels);
  return tf.mean(tf.mul(error, tf.sign(error)));
};

/** With c = e clipped to [-delta, delta]: c (e - c / 2). */
export function huber({ delta = DEFAULT_HUBER_DELTA }: HuberOptions): Loss {
  return (output, labels) => {
    const error = tf.sub(output, labels);
    const clipped = tf.clipByValue(error, -delta, delta);
    return tf.mean(tf.mul(clipped, tf.sub(error, tf.mul(clipped, 0.5))));
  };
}

/** (1 - y) x + (1 + (p - 1) y) softplus(-x), p the positive weight. */
export function binaryCrossEntropy({ positiveWeight = 1 }: BinaryCrossEntropyOptions): Loss {
  return (logits, labels) => {
    const weight = typeof positiveWeight === 'number' ? tf.scalar(positiveWeight) : tf.tensor1d(positiveWeight);
    const share = tf.add(1, tf.mul(tf.sub(weight, 1), labels));
    const linear = tf.mul(tf.sub(1, labels), logits);
    return tf.mean(tf.add(linear, tf.mul(share, tf.softplus(tf.neg(logits)))));
  };
}
