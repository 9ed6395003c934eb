import { RequestError } from '../../../errors.ts';
import type { tf } from '../../tensorflow/tensorflow.ts';
import { layersWithin } from './layers-within.ts';

/** What the library reads and calls of a BatchNormalization. */
interface Normalization extends Omit<tf.layers.Layer, 'call'> {
  readonly movingMean: tf.LayerVariable;
  readonly gamma?: tf.LayerVariable;
  readonly beta?: tf.LayerVariable;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[];
}

/**
 * Keeps normalizations of a frozen part as they are, as a training graph does; the library would let every one of them
 * follow the batches.
 *
 * @param moved names of the statistics that follow the batches
 * @throws RequestError INVALID_INPUT for one that follows and that the library cannot train
 */
export function freezeNormalizations(model: tf.LayersModel, moved: ReadonlySet<string>): void {
  for (const layer of layersWithin(model)) {
    if (layer.getClassName() !== 'BatchNormalization') continue;
    const normalization = layer as unknown as Normalization;
    if (!moved.has(normalization.movingMean.originalName)) stay(normalization);
    else if (!normalization.gamma || !normalization.beta) throw refused(layer.name);
  }
}

function stay(layer: Normalization): void {
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => call(inputs, { ...kwargs, training: false });
}

function refused(layer: string): RequestError {
  const why = 'TensorFlow.js trains batch normalization only with scale and center; engine ort trains it without';
  return new RequestError('INVALID_INPUT', `engine tfjs: layer ${layer}: ${why}`);
}
