import { RequestError } from '../../errors.ts';
import type { PartKind, PreparedPart } from '../preparation/preparation.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import type { Value } from './named-layers.ts';

/** A part, and the input of the model that takes it. */
export interface PartInput {
  readonly part: PreparedPart;
  readonly value: Value;
}

/** An input for every part, in their order. */
export function partInputs(parts: readonly PreparedPart[]): PartInput[] {
  return parts.map((part) => ({ part, value: tf.input({ shape: [...part.dims], name: part.name }) }));
}

/** The same for a family that reads certain kinds only. @throws RequestError INVALID_INPUT naming the others */
export function inputsOfKinds(family: string, parts: readonly PreparedPart[], kinds: readonly PartKind[]): PartInput[] {
  const others = parts.filter(({ kind }) => !kinds.includes(kind));
  if (others.length === 0 && parts.length > 0) return partInputs(parts);
  const got = others.map(({ name, kind }) => `${name} (${kind})`).join(', ') || 'nothing';
  throw new RequestError('INVALID_INPUT', `family ${family} reads ${kinds.join(' and ')}, got ${got}`);
}

/** The one input of a family that reads a single part. @throws RequestError INVALID_INPUT */
export function onlyInput(family: string, parts: readonly PreparedPart[], kind: PartKind): PartInput {
  const [input, ...others] = inputsOfKinds(family, parts, [kind]);
  if (input !== undefined && others.length === 0) return input;
  throw new RequestError('INVALID_INPUT', `family ${family} reads one ${kind}, got ${parts.length}`);
}

/** A model from the inputs to what was made of them. */
export function layersModel(name: string, inputs: readonly PartInput[], output: Value): tf.LayersModel {
  return tf.model({ name, inputs: inputs.map(({ value }) => value), outputs: output });
}
