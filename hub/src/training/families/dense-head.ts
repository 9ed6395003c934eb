import { tf } from '../tensorflow/tensorflow.ts';
import type { LayerSettings } from './family.ts';
import { applied, type LayerNames, thinned, type Value } from './named-layers.ts';

/** Dense layers with ReLU, and dropout behind each; then one without, which is the network's output. */
export function denseHead(
  value: Value,
  { hidden, dropout }: Pick<LayerSettings, 'hidden' | 'dropout'>,
  outputs: number,
  names: LayerNames,
): Value {
  const behind = hidden.reduce((last, units) => thinned(denseLayer(last, units, names), dropout, names), value);
  return outputLayer(behind, outputs, names);
}

export function denseLayer(value: Value, units: number, names: LayerNames): Value {
  return applied(tf.layers.dense({ name: names.next('dense'), units, activation: 'relu' }), value);
}

/**
 * The last layer; what it says are logits, or a number as it is.
 *
 * @param begin 'zeros' where no layer is in front of it that would have to learn through it
 */
export function outputLayer(
  value: Value,
  units: number,
  names: LayerNames,
  begin: 'zeros' | 'glorotUniform' = 'glorotUniform',
): Value {
  return applied(tf.layers.dense({ name: names.next('output'), units, kernelInitializer: begin }), value);
}
