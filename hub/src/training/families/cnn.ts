import type { tf } from '../tensorflow/tensorflow.ts';
import { denseHead } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { imageBranch } from './image-branch.ts';
import { flattened, LayerNames, thinned } from './named-layers.ts';
import { layersModel, onlyInput } from './part-inputs.ts';

/** Convolutions over images, then dense layers. */
export function cnn({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const input = onlyInput('cnn', parts, 'image');
  const values = flattened(imageBranch(input.value, settings, names), names);
  const head = denseHead(thinned(values, settings.dropout, names), settings, outputs, names);
  return layersModel('cnn', [input], head);
}
