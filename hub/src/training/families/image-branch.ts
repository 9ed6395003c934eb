import { tf } from '../tensorflow/tensorflow.ts';
import type { LayerSettings } from './family.ts';
import { applied, type LayerNames, type Value } from './named-layers.ts';

/** Convolutions, 3 x 3, each with ReLU and a maximum over 2 x 2: every one halves the image. */
export function imageBranch(image: Value, { filters }: Pick<LayerSettings, 'filters'>, names: LayerNames): Value {
  return filters.reduce((last, count) => {
    const convolution = tf.layers.conv2d({
      ...{ name: names.next('conv'), filters: count, kernelSize: 3, padding: 'same', activation: 'relu' },
    });
    const pooling = tf.layers.maxPooling2d({ name: names.next('pool'), poolSize: 2, strides: 2 });
    return applied(pooling, applied(convolution, last));
  }, image);
}
