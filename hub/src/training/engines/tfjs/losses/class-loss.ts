import type { FocalOptions, SoftmaxCrossEntropyOptions } from '@edgeloop/onnx';
import { DEFAULT_FOCAL_GAMMA } from '@edgeloop/onnx';
import { tf } from '../../../tensorflow/tensorflow.ts';
import type { Loss } from './loss.ts';

/** As in `@edgeloop/onnx`: smallest sum of weights that a batch is divided by, and least doubt of focal loss. */
const MIN_TOTAL_WEIGHT = 1e-12;
const LEAST_DOUBT = 1e-7;

/**
 * -sum(target log softmax(logits)) / sum(w), where the target of a row is (1 - s) onehot + s / classes, s the smoothing,
 * each class times its weight, and w is the weight of the row's class. Labels are classes, int32 [batch].
 */
export function softmaxCrossEntropy({ classWeights, labelSmoothing = 0 }: SoftmaxCrossEntropyOptions): Loss {
  return (logits, labels) => {
    const classes = logits.shape.at(-1) ?? 1;
    const isLabel = oneHot(labels, classes);
    const target = tf.add(tf.mul(isLabel, 1 - labelSmoothing), labelSmoothing / classes);
    const weights = classWeights && tf.tensor1d(classWeights);
    const weighted = weights ? tf.mul(target, weights) : target;
    const total = weights
      ? tf.maximum(tf.sum(tf.mul(isLabel, weights)), MIN_TOTAL_WEIGHT)
      : tf.scalar(Math.max(1, labels.size));
    return tf.neg(tf.div(tf.sum(tf.mul(weighted, tf.logSoftmax(logits))), total));
  };
}

/** Mean over rows of -alpha (1 - p)^gamma log p, where p is softmax(logits)[label]. */
export function focal({ gamma = DEFAULT_FOCAL_GAMMA, alpha = 1 }: FocalOptions): Loss {
  return (logits, labels) => {
    const isLabel = oneHot(labels, logits.shape.at(-1) ?? 1);
    const logOfLabel = tf.sum(tf.mul(isLabel, tf.logSoftmax(logits)), -1);
    const doubt = tf.maximum(tf.sub(1, tf.exp(logOfLabel)), LEAST_DOUBT);
    const weight = typeof alpha === 'number' ? tf.scalar(alpha) : tf.sum(tf.mul(isLabel, tf.tensor1d(alpha)), -1);
    const terms = tf.mul(tf.mul(tf.pow(doubt, gamma), logOfLabel), weight);
    return tf.neg(tf.div(tf.sum(terms), Math.max(1, labels.size)));
  };
}

function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), 'float32');
}
