import { tf } from '../training/tensorflow/tensorflow.ts';

/** A small network around one layer. */
export interface LayerCase {
  readonly inputs: readonly (readonly (number | null)[])[];
  /** Inputs are whole numbers below this one. */
  readonly below?: number;
  network(...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor | tf.SymbolicTensor[];
}

/** What a layer makes of its inputs. */
export const applied = (layer: tf.layers.Layer, ...inputs: (tf.SymbolicTensor | undefined)[]): tf.SymbolicTensor =>
  layer.apply(
    (inputs.length === 1 ? inputs[0] : inputs) as tf.SymbolicTensor | tf.SymbolicTensor[],
  ) as tf.SymbolicTensor;
export function networkOf({ inputs, network }: LayerCase): tf.LayersModel {
  const given = inputs.map((shape) => tf.input({ shape: [...shape] }));
  return tf.model({ inputs: given, outputs: network(...given) });
}
