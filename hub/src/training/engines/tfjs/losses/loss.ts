import type { LossOptions } from '@edgeloop/onnx';
import type { tf } from '../../../tensorflow/tensorflow.ts';
import { focal, softmaxCrossEntropy } from './class-loss.ts';
import { binaryCrossEntropy, huber, meanAbsoluteError, meanSquaredError } from './entry-loss.ts';

/**
 * The loss of a batch, a scalar.
 *
 * @param labels classes, int32 [batch], or float32 of the output's shape
 */
export type Loss = (output: tf.Tensor, labels: tf.Tensor) => tf.Tensor;

/** The loss that `@edgeloop/onnx` would add to a training graph, in operations that TensorFlow.js differentiates. */
export function lossOf(options: LossOptions): Loss {
  switch (options.kind) {
    case 'softmax-cross-entropy':
      return softmaxCrossEntropy(options);
    case 'focal':
      return focal(options);
    case 'binary-cross-entropy':
      return binaryCrossEntropy(options);
    case 'huber':
      return huber(options);
    case 'mean-absolute-error':
      return meanAbsoluteError;
    case 'mean-squared-error':
      return meanSquaredError;
  }
}
