import type { FeatureSpec, ModelSignature, TensorSpec, Violation } from '@edgeloop/protocol';
import { ReadingRefused } from '../errors.ts';
import { inputKind, isFloating, rowDims, sizeOf } from '../input-kind.ts';
import { parseField, parseMoment, parseNumber } from '../parse-field.ts';
import type { FieldValue, Reading, TensorRow } from '../reading.ts';
import { checkTensor } from './check-tensor.ts';
import { ViolationFinder } from './violation-finder.ts';

/** What one reading gives every input of a model, in the order of the signature. */
export type EncodedRow = readonly TensorRow[];

/** A reading as the model takes it, and what is odd about it. */
export interface EncodedReading {
  readonly row: EncodedRow;
  readonly violations: readonly Violation[];
}

/** Values by feature name, for telemetry and sinks; null is missing. */
export type NamedValues = Record<string, number | string | null>;

/**
 * Turns readings into the rows a model takes.
 *
 * What is missing becomes NaN, '' or an image of zeros: the graph holds the imputation, so that a reading without one
 * of several inputs gets an answer too. Where an input cannot express "missing" (whole numbers), the reading is refused.
 */
export class InputEncoder {
  readonly #inputs: readonly TensorSpec[];
  readonly #finders: readonly ViolationFinder[];

  constructor(signature: ModelSignature) {
    this.#inputs = signature.inputs;
    this.#finders = signature.inputs.map((input) => new ViolationFinder(input));
  }

  /** @throws ReadingRefused INPUT_INVALID naming the feature */
  encode(reading: Reading): EncodedReading {
    const row = this.#inputs.map((input) => encodeInput(input, reading));
    const violations = row.flatMap((tensor, index) => this.#finders[index]?.find(tensor) ?? []);
    return { row, violations };
  }

  /** What can be read of a reading that does not fit, by feature name. */
  looseValuesOf(reading: Reading): NamedValues {
    const values: NamedValues = {};
    for (const input of this.#inputs) {
      if (inputKind(input) !== 'fields') continue;
      for (const feature of input.features) {
        values[feature.name] = looseValue(input, feature, fieldOf(reading, feature.name));
      }
    }
    return values;
  }

  /** The values of an encoded row by feature name; of a window those of its newest reading, of images none. */
  valuesOf(row: EncodedRow): NamedValues {
    const values: NamedValues = {};
    for (const [index, input] of this.#inputs.entries()) {
      const tensor = row[index]?.values ?? [];
      const kind = inputKind(input);
      if (kind === 'image') continue;
      const newest = kind === 'window' ? tensor.length - input.features.length : 0;
      for (const [column, feature] of input.features.entries()) {
        const value = tensor[newest + column];
        values[feature.name] = value === undefined || value === '' || Number.isNaN(value) ? null : value;
      }
    }
    return values;
  }
}

function encodeInput(input: TensorSpec, reading: Reading): TensorRow {
  const given = reading.tensors?.[input.name];
  if (given !== undefined) return checkTensor(input, given);
  const kind = inputKind(input);
  if (kind === 'image' || kind === 'window') return emptyTensor(input);
  if (kind === 'tensor') throw new ReadingRefused(input.name, 'missing', 'expected a tensor, got none');
  const values = input.features.map((feature) => parseField(input, feature, fieldOf(reading, feature.name)));
  return { dims: rowDims(input.dims, values.length), values: values as number[] | string[] };
}

/** An image of zeros or a window of NaN, as small as the signature lets it be. */
function emptyTensor({ dims, elementType, layout }: TensorSpec): TensorRow {
  const tail = dims.slice(1).map((dim) => (dim < 0 ? 1 : dim));
  const size = sizeOf(tail);
  if (layout !== '') return { dims: tail, values: new Uint8Array(size) };
  return { dims: tail, values: new Float32Array(size).fill(isFloating(elementType) ? Number.NaN : 0) };
}

function looseValue(input: TensorSpec, feature: FeatureSpec, value: FieldValue): number | string | null {
  if (input.elementType === 'string') return value ?? null;
  try {
    const parse = feature.kind === 'time' ? parseMoment : parseNumber;
    return parse(feature.name, value) ?? null;
  } catch {
    // The reading was refused for this value or another one; here it only counts as missing.
    return null;
  }
}

function fieldOf(reading: Reading, name: string): FieldValue {
  return Object.hasOwn(reading.fields, name) ? reading.fields[name] : undefined;
}
