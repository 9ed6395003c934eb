import type { Model } from '@edgeloop/onnx';
import { CLASSIFIER_VALUES } from '../predict-rows.ts';

/** Names of the values at which the halves of a network meet and end. */
export const NETWORK_VALUES = { ...CLASSIFIER_VALUES, prepared: 'prepared', logits: 'logits' } as const;

/**
 * What a run trains: the way from raw columns to logits, in two halves.
 *
 * The preparation is what no step changes, such as scaling or the frozen part of another model; it is run once over all
 * rows. The core is run in every step.
 */
export interface Network {
  /** `features` [batch, features], NaN where missing -> `prepared` [batch, ...preparedDims], float32. */
  readonly preparation: Model;
  readonly preparedDims: readonly number[];
  /** `prepared` [batch, ...preparedDims] -> `logits` [batch, classes]. */
  readonly core: Model;
  /** Initializers of the core to train. @default those that training finds */
  readonly trainable?: readonly string[] | undefined;
}
