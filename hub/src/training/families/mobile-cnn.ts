import { tf } from '../tensorflow/tensorflow.ts';
import { denseHead } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { applied, LayerNames, normalized, thinned, type Value } from './named-layers.ts';
import { layersModel, onlyInput } from './part-inputs.ts';

/** Pixels of the shorter side from which on the first convolution halves an image. */
const LARGE_IMAGE = 48;

/**
 * Depthwise separable convolutions with batch normalization, and the mean over the image: few weights and
 * multiplications for what it sees.
 *
 * @see Howard et al., MobileNets, section 3.1
 */
export function mobileCnn({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const input = onlyInput('mobile-cnn', parts, 'image');
  const [first = 16, ...others] = settings.filters;
  const strides = Math.min(...input.part.dims.slice(0, 2)) >= LARGE_IMAGE ? 2 : 1;
  const begun = normalized(convolution(input.value, first, { kernelSize: 3, strides }, names), names);
  const blocks = others.reduce((value, filters) => {
    const spread = normalized(depthwise(value, names), names);
    return normalized(convolution(spread, filters, { kernelSize: 1, strides: 1 }, names), names);
  }, begun);
  const pooling = tf.layers.globalAveragePooling2d({ name: names.next('mean'), dataFormat: 'channelsLast' });
  const head = denseHead(thinned(applied(pooling, blocks), settings.dropout, names), settings, outputs, names);
  return layersModel('mobile-cnn', [input], head);
}

function convolution(
  value: Value,
  filters: number,
  shape: { readonly kernelSize: number; readonly strides: number },
  names: LayerNames,
): Value {
  const layer = tf.layers.conv2d({
    ...{ name: names.next('conv'), filters, ...shape, padding: 'same', useBias: false },
  });
  return applied(layer, value);
}

/** Halves the image: what a place of the last one sees has to be most of the first. */
function depthwise(value: Value, names: LayerNames): Value {
  const layer = tf.layers.depthwiseConv2d({
    ...{ name: names.next('depthwise'), kernelSize: 3, strides: 2, padding: 'same', useBias: false },
  });
  return applied(layer, value);
}
