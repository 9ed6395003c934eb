import type { SgdOptions } from '@edgeloop/onnx';
import { tf } from '../../../tensorflow/tensorflow.ts';
import type { Optimizer } from './optimizer.ts';
import { penalized } from './penalized.ts';

/** w - rate b, where b = momentum b + g, or with Nesterov's momentum w - rate (g + momentum b). */
export function sgd({ momentum = 0, nesterov = false, weightDecay }: SgdOptions): Optimizer {
  return {
    keeps: momentum > 0 ? ['sgd_momentum'] : [],
    counts: {},
    begin: (learningRate) => (before) => {
      const gradient = penalized(before, weightDecay);
      const [last] = before.kept;
      const kept = last && tf.add(tf.mul(last, momentum), gradient);
      const ahead = kept && nesterov ? tf.add(gradient, tf.mul(kept, momentum)) : kept;
      const value = tf.sub(before.value, tf.mul(ahead ?? gradient, learningRate));
      return { value, kept: kept ? [kept] : [] };
    },
  };
}
