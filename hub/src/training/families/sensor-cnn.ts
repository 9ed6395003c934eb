import type { tf } from '../tensorflow/tensorflow.ts';
import { denseHead } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { LayerNames, thinned } from './named-layers.ts';
import { layersModel, onlyInput } from './part-inputs.ts';
import { sensorBranch } from './sensor-branch.ts';

/** Convolutions along the time of windows of several channels, then dense layers. */
export function sensorCnn({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const input = onlyInput('sensor-cnn', parts, 'window');
  const read = thinned(sensorBranch(input.value, settings, names), settings.dropout, names);
  return layersModel('sensor-cnn', [input], denseHead(read, settings, outputs, names));
}
