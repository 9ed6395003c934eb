import type { ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { ReadingRefused } from '../../errors.ts';
import { featureOf, inputKind, rowDims, sizeOf } from '../../input-kind.ts';
import { parseNumber } from '../../parse-field.ts';
import { type FieldValue, fieldOf, type Reading, type TensorRow } from '../../reading.ts';
import { windowTensor } from '../window-tensor.ts';
import type { RequestImages } from './request-images.ts';

/** A reading from named JSON values, and the names in it that the model does not have. */
export interface NamedReading {
  readonly reading: Reading;
  readonly ignored: readonly string[];
}

// data:image/png;base64,...
const DATA_URL = /^data:[^,]{0,200};base64,/;

/**
 * Reads values as people write them in JSON: numbers and texts by feature name; an image by its name as
 * `{"base64": "..."}` or as a data URL; a window by its input's name as a list of readings, oldest first; any input by
 * its name as nested lists of numbers.
 *
 * @throws ReadingRefused naming the value that does not fit
 */
export async function readNamedValues(
  values: Readonly<Record<string, unknown>>,
  signature: ModelSignature,
  atMs: number,
  images: RequestImages,
): Promise<NamedReading> {
  const fields: Record<string, FieldValue> = {};
  const tensors: Record<string, TensorRow> = {};
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const input = signature.inputs.find((one) => isNameOf(one, name, value));
    if (input !== undefined) {
      const tensor = await readInput(input, value, images);
      if (tensor !== undefined) tensors[input.name] = tensor;
      if (inputKind(input) === 'window') ignored.push(...unknownChannels(input, value));
      continue;
    }
    const feature = signature.inputs.map((one) => fieldNamed(one, name)).find((one) => one !== undefined);
    if (feature === undefined) ignored.push(name);
    else fields[feature] = readField(feature, value);
  }
  return { reading: { atMs, fields, tensors }, ignored };
}

/** Whether the value is for the whole input. The name of an input may be the name of a column, too. */
function isNameOf(input: TensorSpec, name: string, value: unknown): boolean {
  if (inputKind(input) === 'image') return name === input.name || name === featureOf(input);
  return name === input.name && (Array.isArray(value) || fieldNamed(input, name) === undefined);
}

/** The feature of this name; the only feature of an input also has the input's name. */
function fieldNamed(input: TensorSpec, name: string): string | undefined {
  if (inputKind(input) !== 'fields') return undefined;
  if (input.features.some((feature) => feature.name === name)) return name;
  return input.name === name && input.features.length === 1 ? featureOf(input) : undefined;
}

function readField(name: string, value: unknown): FieldValue {
  const field = fieldOf(value);
  if (field !== undefined) return field;
  throw new ReadingRefused(name, 'type', `expected a number or a text, got ${wordFor(value)}`);
}

async function readInput(input: TensorSpec, value: unknown, images: RequestImages): Promise<TensorRow | undefined> {
  if (value === null) return undefined;
  const kind = inputKind(input);
  const name = featureOf(input);
  if (kind === 'image') {
    const base64 = base64Of(value);
    if (base64 !== undefined) return images.read(input, Buffer.from(base64, 'base64'));
  }
  if (!Array.isArray(value)) {
    const expected = kind === 'image' ? '{"base64": "..."} or a data URL' : 'a list';
    throw new ReadingRefused(name, 'type', `expected ${expected}, got ${wordFor(value)}`);
  }
  if (kind === 'window')
    return windowTensor(
      input,
      value.map((row) => rowFields(input, row)),
    );
  return nestedTensor(input, value);
}

function base64Of(value: unknown): string | undefined {
  if (typeof value === 'string') return DATA_URL.test(value) ? value.replace(DATA_URL, '') : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { base64 } = value as { readonly base64?: unknown };
  return typeof base64 === 'string' ? base64 : undefined;
}

/** Names in the readings of a window that are none of its channels, each once. */
function unknownChannels(input: TensorSpec, value: unknown): string[] {
  const known = new Set(input.features.map(({ name }) => name));
  const rows: readonly unknown[] = Array.isArray(value) ? value : [];
  const names = rows.flatMap((row) => (typeof row === 'object' && !Array.isArray(row) ? Object.keys(row ?? {}) : []));
  return [...new Set(names)].filter((name) => !known.has(name));
}

/** One reading of a window: named values, or the channels in their order. */
function rowFields(input: TensorSpec, row: unknown): Record<string, FieldValue> {
  const entries: [string, unknown][] = Array.isArray(row)
    ? input.features.map(({ name }, column) => [name, row[column]])
    : Object.entries(typeof row === 'object' && row !== null ? row : {});
  const isRow =
    typeof row === 'object' && row !== null && (!Array.isArray(row) || row.length === input.features.length);
  if (!isRow) {
    const got = Array.isArray(row) ? `one of ${row.length}` : wordFor(row);
    throw new ReadingRefused(input.name, 'shape', `expected readings of ${input.features.length} channels, got ${got}`);
  }
  const known = entries.filter(([name]) => input.features.some((feature) => feature.name === name));
  return Object.fromEntries(known.map(([name, value]) => [name, readField(name, value)]));
}

/** Nested lists, or a flat one where the signature leaves at most one dimension open. */
function nestedTensor(input: TensorSpec, value: readonly unknown[]): TensorRow {
  const name = featureOf(input);
  const rank = input.dims.length - 1;
  const isNested = Array.isArray(value[0]);
  const flat: unknown[] = value.flat(Math.max(0, rank - 1));
  const dims = isNested ? nestedDims(value, rank) : rowDims(input.dims, flat.length);
  if (flat.length !== sizeOf(dims)) {
    const isOpen = isNested || input.dims.slice(1).some((dim) => dim < 0);
    const expected = isOpen ? 'lists of equal length' : `${sizeOf(dims)} elements`;
    throw new ReadingRefused(name, 'shape', `expected ${expected}, got ${flat.length} in all`);
  }
  const isText = input.elementType === 'string';
  const values = flat.map((item) => {
    const field = readField(name, item);
    return isText ? String(field ?? '') : (parseNumber(name, field) ?? Number.NaN);
  });
  return { dims, values: values as number[] | string[] };
}

function nestedDims(value: readonly unknown[], rank: number): number[] {
  const dims: number[] = [];
  let level: unknown = value;
  while (Array.isArray(level) && dims.length < rank) {
    dims.push(level.length);
    level = level[0];
  }
  return dims;
}

function wordFor(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value;
}
