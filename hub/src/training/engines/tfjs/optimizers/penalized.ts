import { tf } from '../../../tensorflow/tensorflow.ts';
import type { WeightBefore } from './optimizer.ts';

/** The gradient with weight decay as a penalty on the loss: g + decay w. */
export function penalized({ value, gradient, isDecayed }: WeightBefore, weightDecay = 0): tf.Tensor {
  return isDecayed && weightDecay > 0 ? tf.add(gradient, tf.mul(value, weightDecay)) : gradient;
}
