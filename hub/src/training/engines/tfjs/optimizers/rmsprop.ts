import type { RmspropOptions } from '@edgeloop/onnx';
import { tf } from '../../../tensorflow/tensorflow.ts';
import type { Optimizer } from './optimizer.ts';
import { penalized } from './penalized.ts';

/**
 * w - rate b, where b = momentum b + g / (sqrt(s) + epsilon) and s = alpha s + (1 - alpha) g^2; kept is s / (1 - alpha),
 * as in a training graph.
 */
export function rmsprop({ alpha = 0.99, epsilon = 1e-8, momentum = 0, weightDecay }: RmspropOptions): Optimizer {
  const root = Math.sqrt(1 - alpha);
  return {
    keeps: momentum > 0 ? ['rmsprop_square', 'rmsprop_momentum'] : ['rmsprop_square'],
    counts: {},
    begin: (learningRate) => (before) => {
      const gradient = penalized(before, weightDecay);
      const [lastSquare = tf.scalar(0), lastDirection] = before.kept;
      const square = tf.add(tf.mul(lastSquare, alpha), tf.square(gradient));
      const own = tf.div(gradient, tf.add(tf.sqrt(square), epsilon / root));
      const direction = lastDirection ? tf.add(tf.mul(lastDirection, momentum), own) : own;
      const value = tf.sub(before.value, tf.mul(direction, learningRate / root));
      return { value, kept: lastDirection ? [square, direction] : [square] };
    },
  };
}
