import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { FieldValue, Reading } from '../reading.ts';

/** Values of one reading for every input of a model: shape [inputs][elements of one row]. */
export type EncodedRow = readonly (readonly (number | string)[])[];

const MISSING_TEXT = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

/**
 * Turns readings into the rows a model takes.
 *
 * A missing number becomes NaN and a missing text becomes '': the graph holds the imputation. Where an input cannot
 * express "missing" (whole numbers), the reading is refused.
 */
export class InputEncoder {
  readonly #inputs: readonly TensorSpec[];

  constructor(signature: ModelSignature) {
    this.#inputs = signature.inputs;
  }

  /** @throws OutsideError INPUT_INVALID naming the field */
  encode(reading: Reading): EncodedRow {
    return this.#inputs.map((input) => {
      const given = reading.tensors?.[input.name];
      if (given !== undefined) return checkTensorRow(input, given);
      if (input.features.length === 0) throw invalid(`input ${input.name}: expected a tensor, got none`);
      return input.features.map((feature) => encodeField(input, feature, fieldOf(reading, feature.name)));
    });
  }

  /** What can be read of a reading that does not fit, by feature name. */
  looseValuesOf(reading: Reading): Record<string, number | string | null> {
    const values: Record<string, number | string | null> = {};
    for (const input of this.#inputs) {
      for (const feature of input.features) {
        values[feature.name] = looseValue(input, feature.name, fieldOf(reading, feature.name));
      }
    }
    return values;
  }

  /** The values of an encoded row by feature name, for telemetry. NaN and '' are missing. */
  valuesOf(row: EncodedRow): Record<string, number | string | null> {
    const values: Record<string, number | string | null> = {};
    for (const [index, input] of this.#inputs.entries()) {
      for (const [column, feature] of input.features.entries()) {
        const value = row[index]?.[column];
        values[feature.name] = value === undefined || value === '' || Number.isNaN(value) ? null : value;
      }
    }
    return values;
  }
}

/** The number in a text; undefined where it says that there is none. @throws OutsideError INPUT_INVALID */
export function parseNumber(name: string, value: FieldValue): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') {
    if (value === Infinity || value === -Infinity) throw invalid(`${name}: expected a finite number, got ${value}`);
    return Number.isNaN(value) ? undefined : value;
  }
  const text = value.trim();
  if (MISSING_TEXT.has(text.toLowerCase())) return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  throw invalid(`${name}: expected a number, got ${JSON.stringify(value.slice(0, 60))}`);
}

function encodeField(input: TensorSpec, feature: FeatureSpec, value: FieldValue): number | string {
  if (input.elementType === 'string') return value === undefined || value === null ? '' : String(value);
  const number = parseNumber(feature.name, value);
  if (number !== undefined) return number;
  if (isFloating(input.elementType)) return Number.NaN;
  throw invalid(`${feature.name}: expected a value, got none, and ${input.elementType} cannot be missing`);
}

function looseValue(input: TensorSpec, name: string, value: FieldValue): number | string | null {
  if (input.elementType === 'string') return value ?? null;
  try {
    return parseNumber(name, value) ?? null;
  } catch {
    // The reading was refused for this value or another one; here it only counts as missing.
    return null;
  }
}

function checkTensorRow(input: TensorSpec, row: readonly (number | string)[]): readonly (number | string)[] {
  const expected = rowLength(input);
  if (expected !== undefined && row.length !== expected) {
    throw invalid(`input ${input.name}: expected ${expected} elements a row, got ${row.length}`);
  }
  const wanted = input.elementType === 'string' ? 'string' : 'number';
  const odd = row.find((value) => typeof value !== wanted);
  if (odd !== undefined) throw invalid(`input ${input.name}: expected ${wanted} elements, got ${typeof odd}`);
  return row;
}

/** Elements of one row; undefined when more dimensions than the first are open. */
export function rowLength(spec: Pick<TensorSpec, 'dims'>): number | undefined {
  const rest = spec.dims.slice(1);
  return rest.some((dim) => dim < 0) ? undefined : rest.reduce((product, dim) => product * dim, 1);
}

function fieldOf(reading: Reading, name: string): FieldValue {
  return Object.hasOwn(reading.fields, name) ? reading.fields[name] : undefined;
}

function isFloating(elementType: string): boolean {
  return elementType.startsWith('float') || elementType === 'double';
}

function invalid(message: string): OutsideError {
  return new OutsideError('INPUT_INVALID', message);
}
