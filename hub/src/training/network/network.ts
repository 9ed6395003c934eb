import type { Model } from '@edgeloop/onnx';
import { CLASSIFIER_VALUES } from '../../predict-rows.ts';
import type { WeightLink } from '../export/exported-layers.ts';
import type { PreparedPart } from '../preparation/preparation.ts';
import type { tf } from '../tensorflow/tensorflow.ts';

/** Names of the values at which the halves of a network meet and end. */
export const NETWORK_VALUES = {
  ...CLASSIFIER_VALUES,
  prepared: 'prepared',
  logits: 'logits',
  /** A number in deviations from its mean. */
  standardized: 'standardized',
  reconstruction: 'reconstruction',
  /** What the reconstruction is compared with: `prepared`, [batch, size]. */
  reconstructed: 'reconstructed',
} as const;

/** The layers of a network, for engines that train them instead of the graph. */
export interface NetworkLayers {
  /** The model with its first weights; the caller disposes of it. */
  make(): Promise<tf.LayersModel>;
  /** How its weights lie in the core. */
  readonly links: readonly WeightLink[];
  /** Part of the prepared values that each input of the model takes. */
  readonly inputs: readonly PreparedPart[];
}

/**
 * What a run trains: the way from raw columns to its output, in two halves.
 *
 * The preparation is what no step changes, such as scaling or the frozen part of another model; it is run once over all
 * rows. The core is run in every step.
 */
export interface Network {
  /** Raw inputs -> `prepared` [batch, ...preparedDims], float32. */
  readonly preparation: Model;
  readonly preparedDims: readonly number[];
  /** What stands where in a prepared row; empty where nothing can be said of it. */
  readonly parts: readonly PreparedPart[];
  /** `prepared` [batch, ...preparedDims] -> `output` [batch, ...]. */
  readonly core: Model;
  readonly output: string;
  /** Initializers of the core to train. @default those that training finds */
  readonly trainable?: readonly string[] | undefined;
  /** Undefined where the core was never made of layers. */
  readonly layers?: NetworkLayers | undefined;
}
