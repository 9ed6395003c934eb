import { RequestError } from '../../errors.ts';
import { exportLayersModel } from '../export/export-layers-model.ts';
import { loadLayers } from '../families/custom-layers.ts';
import { withinParameters } from '../tensorflow/parameter-limit.ts';
import type { LayersFile } from './layers-file.ts';

/** Seconds of the server's time, and some hundreds of megabytes: a file of a few bytes can ask for any number. */
const MOST_PARAMETERS = 2 ** 26;

/** What can be known of a run before its data are read. */
export interface LayersOutline {
  /** Values that the output must have; undefined where they follow from the data. */
  readonly outputs: number | undefined;
}

/**
 * Whether layers can be trained and exported at all. How their inputs fit the prepared data is known when these are.
 *
 * @throws RequestError INVALID_INPUT with the layer that cannot be exported, or what the output lacks; TOO_LARGE
 */
export async function checkLayers(file: LayersFile, { outputs }: LayersOutline): Promise<void> {
  const layers = await withinParameters(MOST_PARAMETERS, () => loadLayers(file));
  try {
    exportLayersModel(layers, { purpose: 'training' });
    const [output, ...others] = layers.outputs;
    if (output === undefined || others.length > 0) throw refused(`expected 1 output, got ${layers.outputs.length}`);
    const row = output.shape.slice(1);
    const fits = row.length === 1 && (outputs === undefined || row[0] === outputs);
    if (!fits) throw refused(`expected an output of [${outputs ?? 'values'}], got [${row.join(', ')}]`);
  } finally {
    layers.dispose();
  }
}

function refused(why: string): RequestError {
  return new RequestError('INVALID_INPUT', `layers: ${why}`);
}
