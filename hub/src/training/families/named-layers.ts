import { tf } from '../tensorflow/tensorflow.ts';

/** Moving averages of normalizations must settle within a short training. */
const MOMENTUM = 0.9;

/** A value between two layers. */
export type Value = tf.SymbolicTensor;

/**
 * Hands out names for the layers of one model. Left to the library, they would depend on how many models the process
 * has made before, and with them the bytes of the exported model.
 */
export class LayerNames {
  readonly #counts = new Map<string, number>();

  next(prefix: string): string {
    const count = this.#counts.get(prefix) ?? 0;
    this.#counts.set(prefix, count + 1);
    return `${prefix}_${count}`;
  }
}

/** Applies a layer to one value, or to several. */
export function applied(layer: tf.layers.Layer, value: Value | Value[]): Value {
  return layer.apply(value) as Value;
}

/** Several values behind each other along the last axis; a single one as it is. */
export function concatenated(values: readonly Value[], names: LayerNames): Value {
  const [first] = values;
  if (values.length === 1 && first !== undefined) return first;
  return applied(tf.layers.concatenate({ name: names.next('concatenate'), axis: -1 }), [...values]);
}

/** Values left out at random while training; `value` as it is where none are. */
export function thinned(value: Value, dropout: number, names: LayerNames): Value {
  return dropout === 0 ? value : applied(tf.layers.dropout({ name: names.next('dropout'), rate: dropout }), value);
}

/** [rows, ...] -> [rows, all]. */
export function flattened(value: Value, names: LayerNames): Value {
  return value.shape.length === 2 ? value : applied(tf.layers.flatten({ name: names.next('flatten') }), value);
}

/** Batch normalization, then ReLU. */
export function normalized(value: Value, names: LayerNames): Value {
  const normal = tf.layers.batchNormalization({ name: names.next('normal'), momentum: MOMENTUM });
  return applied(tf.layers.reLU({ name: names.next('relu') }), applied(normal, value));
}
