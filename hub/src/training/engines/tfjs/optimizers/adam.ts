import type { AdamOptions, AdamwOptions } from '@edgeloop/onnx';
import { tf } from '../../../tensorflow/tensorflow.ts';
import type { Optimizer } from './optimizer.ts';
import { penalized } from './penalized.ts';

const CORRECTIONS = 'adam_corrections';

/**
 * Adam, or AdamW with weight decay apart from the gradient. Kept are M = m / (1 - beta1), V = v / (1 - beta2) and the
 * corrections c = 1 - beta^t, as in a training graph; the step is rate M / (sqrt(V) + e).
 */
export function adam(options: AdamOptions | AdamwOptions): Optimizer {
  const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  const spread = Math.sqrt(1 - beta2);
  return {
    keeps: ['adam_mean', 'adam_square'],
    counts: { [CORRECTIONS]: 2 },
    begin: (learningRate, { [CORRECTIONS]: corrections = new Float32Array(2) }) => {
      for (const [at, beta] of [beta1, beta2].entries()) corrections[at] = (corrections[at] ?? 0) * beta + 1 - beta;
      const [first = 1, second = 1] = corrections;
      const scaled = Math.sqrt(second) / spread;
      const rate = (learningRate * (1 - beta1) * scaled) / first;
      return (before) => {
        const [lastMean = tf.scalar(0), lastSquare = tf.scalar(0)] = before.kept;
        const gradient = kind === 'adam' ? penalized(before, weightDecay) : before.gradient;
        const mean = tf.add(tf.mul(lastMean, beta1), gradient);
        const square = tf.add(tf.mul(lastSquare, beta2), tf.square(gradient));
        const direction = tf.div(mean, tf.add(tf.sqrt(square), scaled * epsilon));
        const isApart = kind === 'adamw' && before.isDecayed && weightDecay > 0;
        const from = isApart ? tf.mul(before.value, 1 - learningRate * weightDecay) : before.value;
        return { value: tf.sub(from, tf.mul(direction, rate)), kept: [mean, square] };
      };
    },
  };
}
