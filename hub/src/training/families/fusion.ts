import type { tf } from '../tensorflow/tensorflow.ts';
import { bagOfTokens } from './bag-of-tokens.ts';
import { denseHead, denseLayer } from './dense-head.ts';
import type { FamilyInput, LayerSettings } from './family.ts';
import { imageBranch } from './image-branch.ts';
import { concatenated, flattened, LayerNames, type Value } from './named-layers.ts';
import { layersModel, type PartInput, partInputs } from './part-inputs.ts';
import { sensorBranch } from './sensor-branch.ts';
import { tableBranch } from './table-branch.ts';

/** Units that say what one kind of data tells. */
const BRANCH_UNITS = 32;

/** A small network for each kind of data; what they say is joined and read by dense layers. */
export function fusion({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const inputs = partInputs(parts);
  const isTable = ({ part }: PartInput): boolean => part.kind === 'values' || part.kind === 'codes';
  const table = inputs.filter(isTable);
  const branches = [
    ...(table.length > 0 ? [tableBranch(table, names)] : []),
    ...inputs.filter((input) => !isTable(input)).map((input) => branchOf(input, settings, names)),
  ].map((value) => denseLayer(value, BRANCH_UNITS, names));
  return layersModel('fusion', inputs, denseHead(concatenated(branches, names), settings, outputs, names));
}

function branchOf(input: PartInput, settings: LayerSettings, names: LayerNames): Value {
  switch (input.part.kind) {
    case 'image':
      return flattened(imageBranch(input.value, settings, names), names);
    case 'window':
      return sensorBranch(input.value, settings, names);
    default:
      return bagOfTokens(input, { size: settings.embedding, begin: 'uniform' }, names);
  }
}
