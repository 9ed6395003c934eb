import { DEFAULT_OPTIMIZER, type OptimizerOptions } from '@edgeloop/onnx';
import type { tf } from '../../../tensorflow/tensorflow.ts';
import { adam } from './adam.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** A weight before a step, with the gradient of the loss; all of one shape. */
export interface WeightBefore {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** Tensors of `keeps`, in its order. */
  readonly kept: readonly tf.Tensor[];
  /** Whether weight decay is for it. */
  readonly isDecayed: boolean;
}

export interface WeightAfter {
  readonly value: tf.Tensor;
  readonly kept: readonly tf.Tensor[];
}

/** Makes the step of one weight. */
export type WeightStep = (before: WeightBefore) => WeightAfter;

/** How weights follow from gradients. State has the names that it has in a training graph of `@edgeloop/onnx`. */
export interface Optimizer {
  /** What is kept of each weight: prefixes of names, such as `adam_mean`. 0 before the first step. */
  readonly keeps: readonly string[];
  /** What is kept beside, with its size. 0 before the first step. */
  readonly counts: Readonly<Record<string, number>>;
  /** Begins a step: writes the next counts over those before. */
  begin(learningRate: number, counts: Readonly<Record<string, Float32Array>>): WeightStep;
}

/** The optimizer that `@edgeloop/onnx` would add to a training graph. */
export function optimizerOf(options: OptimizerOptions = DEFAULT_OPTIMIZER): Optimizer {
  switch (options.kind) {
    case 'sgd':
      return sgd(options);
    case 'rmsprop':
      return rmsprop(options);
    case 'adam':
    case 'adamw':
      return adam(options);
  }
}
