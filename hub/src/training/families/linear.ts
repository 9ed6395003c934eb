import type { tf } from '../tensorflow/tensorflow.ts';
import { outputLayer } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { LayerNames } from './named-layers.ts';
import { inputsOfKinds, layersModel } from './part-inputs.ts';
import { tableBranch } from './table-branch.ts';

/**
 * Logistic regression, or linear regression of a number: one weight per value and output, one per code and output of a
 * category column.
 */
export function linear({ parts, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const inputs = inputsOfKinds('logistic or linear', parts, ['values', 'codes']);
  const values = tableBranch(inputs, names, outputs);
  return layersModel('linear', inputs, outputLayer(values, outputs, names, 'zeros'));
}
