import { tf } from '../training/tensorflow/tensorflow.ts';
import { applied as apply, type LayerCase } from './layer-case.ts';

const { layers } = tf;

/** Layers that make one value of several. */
export const MERGE_CASES: Record<string, LayerCase> = {};

for (const [name, make] of Object.entries({
  add: layers.add,
  average: layers.average,
  maximum: layers.maximum,
  minimum: layers.minimum,
  multiply: layers.multiply,
})) {
  const merge = make as (config?: object) => tf.layers.Layer;
  MERGE_CASES[name] = { inputs: [[4], [4], [4]], network: (x, y, z) => apply(merge({}), x, y, z) };
  MERGE_CASES[`${name} of images, one behind a convolution`] = {
    inputs: [
      [4, 5, 3],
      [4, 5, 3],
    ],
    network: (x, y) => apply(merge({}), x, apply(layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }), y)),
  };
  MERGE_CASES[`${name} with broadcasting`] = {
    inputs: [
      [4, 3],
      [1, 3],
    ],
    network: (x, y) => apply(merge({}), x, y),
  };
  MERGE_CASES[`${name} of different ranks`] = {
    inputs: [[4, 3], [3]],
    network: (x, y) => apply(merge({}), x, y),
  };
}

MERGE_CASES['concatenate'] = { inputs: [[4], [2], [3]], network: (...all) => apply(layers.concatenate(), ...all) };
MERGE_CASES['concatenate rows of sequences'] = {
  inputs: [
    [4, 3],
    [2, 3],
  ],
  network: (...all) => apply(layers.concatenate({ axis: 1 }), ...all),
};
MERGE_CASES['concatenate channels, one behind a convolution'] = {
  inputs: [
    [4, 5, 3],
    [4, 5, 2],
  ],
  network: (x, y) => apply(layers.concatenate(), apply(layers.conv2d({ filters: 3, kernelSize: 1 }), x), y),
};
MERGE_CASES['concatenate flattened images'] = {
  inputs: [[4, 5, 3], [2]],
  network: (x, y) => {
    const flat = apply(layers.flatten(), apply(layers.conv2d({ filters: 3, kernelSize: 2 }), x));
    return apply(layers.concatenate(), flat, flat, y);
  },
};

for (const [name, left, right, axes] of [
  ['of rows', [4], [4], 1],
  ['of rows, last axis', [4], [4], -1],
  ['of sequences', [3, 4], [5, 4], 2],
  ['of sequences by different axes', [3, 4], [4, 2], [2, 1]],
  ['of sequences, first axes', [4, 3], [4, 2], 1],
  ['of a sequence and a row', [3, 4], [4], [2, 1]],
  ['of a row and a sequence', [4], [4, 3], [1, 1]],
] as const) {
  for (const normalize of [false, true]) {
    MERGE_CASES[`dot ${name}${normalize ? ' of unit vectors' : ''}`] = {
      inputs: [left, right],
      network: (x, y) => apply(layers.dot({ axes: axes as number, normalize }), x, y),
    };
  }
}
