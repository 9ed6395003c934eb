import { tf } from '../tensorflow/tensorflow.ts';
import type { LayerSettings } from './family.ts';
import { applied, type LayerNames, type Value } from './named-layers.ts';

/** More values than these in front of the dense layers make them large without need: only means and maxima are kept. */
const MOST_PLACED = 2_048;

/**
 * Convolutions along time with ReLU, each but the last with a maximum over two readings; then means and maxima over
 * time, and where they are not too many what was found when, since the newest reading often decides.
 */
export function sensorBranch(
  window: Value,
  { filters, kernelSize }: Pick<LayerSettings, 'filters' | 'kernelSize'>,
  names: LayerNames,
): Value {
  const read = filters.reduce((value, count, at) => {
    const convolution = tf.layers.conv1d({
      ...{ name: names.next('conv'), filters: count, kernelSize, padding: 'same', activation: 'relu' },
    });
    const found = applied(convolution, value);
    const isLast = at === filters.length - 1 || (found.shape[1] ?? 0) < 2;
    return isLast ? found : applied(tf.layers.maxPooling1d({ name: names.next('pool'), poolSize: 2 }), found);
  }, window);
  const [mean, most] = [
    applied(tf.layers.globalAveragePooling1d({ name: names.next('mean') }), read),
    applied(tf.layers.globalMaxPooling1d({ name: names.next('most') }), read),
  ];
  const isPlaced = (read.shape[1] ?? MOST_PLACED) * (read.shape[2] ?? 1) <= MOST_PLACED;
  const placed = isPlaced ? [applied(tf.layers.flatten({ name: names.next('flatten') }), read)] : [];
  return applied(tf.layers.concatenate({ name: names.next('concatenate'), axis: -1 }), [mean, most, ...placed]);
}
