import type { InputRows } from '../../store/model-rows.ts';

/** Numbers of one column, the last axis, of all rows; of windows all readings of all windows. */
export function columnOf({ spec, values }: InputRows, rows: number, column: number): Float32Array {
  const step = spec.columns.length;
  const perRow = spec.kind === 'window' ? (spec.dims[0] ?? 1) : 1;
  const numbers = new Float32Array(rows * perRow);
  for (let index = 0, at = column; index < numbers.length; index++, at += step) {
    numbers[index] = Number(values[at] ?? Number.NaN);
  }
  return numbers;
}

/** Texts of one column of all rows, '' where missing. */
export function textsOf({ spec, values }: InputRows, rows: number, column: number): string[] {
  const step = spec.columns.length;
  return Array.from({ length: rows }, (_, row) => String(values[row * step + column] ?? ''));
}
