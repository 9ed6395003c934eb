import { RequestError } from '../../errors.ts';
import type { LayersFile } from '../layers/layers-file.ts';
import { readTopology, withoutSoftmax } from '../layers/layers-topology.ts';
import type { PreparedPart } from '../preparation/preparation.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { makeLayersModel } from '../tensorflow/make-layers-model.ts';
import type { tf } from '../tensorflow/tensorflow.ts';
import { setFirstWeights } from './first-weights.ts';

export interface CustomLayersInput {
  readonly parts: readonly PreparedPart[];
  /** Values that the output must have. */
  readonly outputs: number;
  /** Draws the first weights where the file has none. */
  readonly random: SeededRandom;
}

export interface CustomLayers {
  readonly layers: tf.LayersModel;
  /** The part that each input takes. */
  readonly inputs: readonly PreparedPart[];
}

/**
 * A network that somebody defined with Keras or TensorFlow.js. A softmax at its end is left out: what is trained are
 * the logits, and the finished model has one.
 *
 * @throws RequestError INVALID_INPUT with every reason why it does not fit
 */
export async function customLayers(
  file: LayersFile,
  { parts, outputs, random }: CustomLayersInput,
): Promise<CustomLayers> {
  const layers = await loadLayers(file);
  const faults = outputFaults(layers, outputs);
  const inputs = inputsOf(layers).flatMap((input) => partFor(input, layers.inputs.length, parts, faults) ?? []);
  for (const { name } of parts) {
    if (name === 'presence' || inputs.some((part) => part.name === name)) continue;
    if (faults.length === 0) faults.push(`no input takes ${name}; inputs are ${namesOf(layers)}`);
  }
  if (faults.length > 0) {
    layers.dispose();
    throw new RequestError('INVALID_INPUT', `layers: ${faults.join('; ')}`, { details: { faults } });
  }
  if (file.weights === undefined) setFirstWeights(layers, random);
  return { layers, inputs };
}

/** The model of a file, with its weights where it has them. @throws RequestError INVALID_INPUT */
export function loadLayers({ model, weights }: LayersFile): Promise<tf.LayersModel> {
  const { model: modelTopology, weightSpecs } = withoutSoftmax(readTopology(model));
  if (weights === undefined) return makeLayersModel({ modelTopology });
  return makeLayersModel({ modelTopology, weightsManifest: [{ paths: ['weights'], weights: weightSpecs }] }, [weights]);
}

function outputFaults({ outputs }: tf.LayersModel, wanted: number): string[] {
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0) return [`expected 1 output, got ${outputs.length}`];
  const row = output.shape.slice(1);
  if (row.length === 1 && row[0] === wanted) return [];
  return [`expected an output of [${wanted}], one value per class or number to tell, got ${shapeText(row)}`];
}

interface LayersInput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

/** Names are those of the layers: those of their values depend on what the process has made before. */
function inputsOf({ inputs, inputNames }: tf.LayersModel): LayersInput[] {
  return inputs.map(({ name, shape }, at) => ({ name: inputNames[at] ?? name, shape }));
}

/** By its name, or the only one there is. */
function partFor(
  { name, shape }: LayersInput,
  inputs: number,
  parts: readonly PreparedPart[],
  faults: string[],
): PreparedPart | undefined {
  const data = parts.filter((part) => part.name !== 'presence');
  const part = parts.find((known) => known.name === name) ?? (inputs === 1 && data.length === 1 ? data[0] : undefined);
  if (part === undefined) {
    faults.push(`input ${name} must be called like what it takes: ${parts.map((known) => known.name).join(', ')}`);
    return undefined;
  }
  const row = shape.slice(1);
  const fits = row.length === part.dims.length && row.every((size, at) => size === null || size === part.dims[at]);
  if (!fits) faults.push(`input ${name} takes ${shapeText(row)}, and the data gives ${part.name} ${describe(part)}`);
  return part;
}

function describe({ dims, entries }: PreparedPart): string {
  const names =
    entries === undefined ? '' : ` (${entries.slice(0, 12).join(', ')}${entries.length > 12 ? ', ...' : ''})`;
  return `${shapeText(dims)}${names}`;
}

function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

function namesOf({ inputNames }: tf.LayersModel): string {
  return inputNames.join(', ');
}
