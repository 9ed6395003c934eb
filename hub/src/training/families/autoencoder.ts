import type { tf } from '../tensorflow/tensorflow.ts';
import { denseLayer, outputLayer } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { concatenated, flattened, LayerNames } from './named-layers.ts';
import { inputsOfKinds, layersModel } from './part-inputs.ts';

/**
 * Dense layers that narrow down to a few values and widen again to what came in: rows unlike those it learned from come
 * out different.
 *
 * @see Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks
 */
export function autoencoder({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const inputs = inputsOfKinds('autoencoder', parts, ['values', 'window', 'image']);
  const whole = concatenated(
    inputs.map(({ value }) => flattened(value, names)),
    names,
  );
  const { hidden } = settings;
  const units = [...hidden, ...hidden.slice(0, -1).reverse()];
  const decoded = units.reduce((value, count) => denseLayer(value, count, names), whole);
  return layersModel('autoencoder', inputs, outputLayer(decoded, outputs, names));
}
