import type { TensorSpec } from '@edgeloop/protocol';
import { parseNumber } from '../parse-field.ts';
import type { FieldValue, TensorRow } from '../reading.ts';

/** Readings of a stream, oldest first, as one row of a window input; NaN where missing. @throws ReadingRefused */
export function windowTensor(input: TensorSpec, rows: readonly Readonly<Record<string, FieldValue>>[]): TensorRow {
  const channels = input.features.length;
  const values = new Float32Array(rows.length * channels);
  for (const [index, row] of rows.entries()) values.set(windowRow(input, row), index * channels);
  return { dims: [rows.length, channels], values };
}

/** One reading of a window: its channels in the order of the signature. @throws ReadingRefused INPUT_INVALID */
export function windowRow(input: TensorSpec, fields: Readonly<Record<string, FieldValue>>): number[] {
  return input.features.map(({ name }) => {
    return parseNumber(name, Object.hasOwn(fields, name) ? fields[name] : undefined) ?? Number.NaN;
  });
}
