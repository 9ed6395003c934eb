import type { tf } from '../tensorflow/tensorflow.ts';
import { denseHead } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { LayerNames } from './named-layers.ts';
import { inputsOfKinds, layersModel } from './part-inputs.ts';
import { tableBranch } from './table-branch.ts';

/** Dense layers with ReLU over the values of a table, with a vector for the code of each category column. */
export function mlp({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const inputs = inputsOfKinds('mlp', parts, ['values', 'codes']);
  return layersModel('mlp', inputs, denseHead(tableBranch(inputs, names), settings, outputs, names));
}
