import type { Model } from '../format/messages.ts';
import type { AdamOptions } from './adam.ts';

export type LossKind = 'softmax-cross-entropy' | 'mean-squared-error';

export interface LossOptions {
  /**
   * `softmax-cross-entropy` reads logits [batch, class] and int64 labels [batch] in 0..classes-1;
   * `mean-squared-error` reads predictions and float32 labels of the same shape.
   */
  readonly kind: LossKind;
  /** Any value of the forward graph, also one that is no output. */
  readonly output: string;
  /** Weight of each class, shape [class]; cross-entropy only. @default all 1 */
  readonly classWeights?: Float32Array;
  /** Adds an input with one weight per row, shape [batch]. @default false */
  readonly rowWeights?: boolean;
}

export interface TrainingOptions {
  readonly loss: LossOptions;
  readonly optimizer?: AdamOptions;
  /** Names of the initializers to train. @default those that `trainableParameters` finds */
  readonly trainable?: readonly string[];
}

/** A tensor that goes into every step as `input` and comes out of it as `output`. */
export interface StateTensor {
  /** Of a weight: the name of its initializer in the forward graph. */
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly dims: readonly number[];
  /** Row-major values before the first step. */
  readonly initial: Float32Array;
}

/** One step of training as one ordinary graph: loss, gradients and optimizer. */
export interface TrainingGraph {
  readonly model: Model;
  /** Data inputs of the forward graph that the loss depends on. */
  readonly feeds: readonly string[];
  /** Input for the labels. */
  readonly labels: string;
  /** Input for one weight per row, where asked for. */
  readonly rowWeights?: string;
  /** Input for the learning rate, a float32 scalar. */
  readonly learningRate: string;
  /** Output with the mean loss of the batch before the step, a float32 scalar. */
  readonly loss: string;
  /** Weights first, in the order of the graph's initializers, then what the optimizer keeps. */
  readonly state: readonly StateTensor[];
}
