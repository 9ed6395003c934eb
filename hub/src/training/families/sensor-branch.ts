import { tf } from '../tensorflow/tensorflow.ts';
import type { LayerSettings } from './family.ts';
import { applied, type LayerNames, type Value } from './named-layers.ts';

/** Convolutions along time with ReLU, each but the last with a maximum over two readings; then the means over time. */
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
  return applied(tf.layers.concatenate({ name: names.next('concatenate'), axis: -1 }), [mean, most]);
}
