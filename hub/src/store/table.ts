import type { ColumnKind } from './dataset-store.ts';

/** Numbers of one column; NaN means missing. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  /** Shape [rows]. */
  readonly values: Float64Array;
}

/** Texts of one column, each kept once. */
export interface CodedColumn {
  readonly kind: Exclude<ColumnKind, 'number'>;
  readonly name: string;
  /** Different texts of the column, sorted by code unit. */
  readonly levels: readonly string[];
  /** Shape [rows]: place in `levels`, -1 means missing. */
  readonly codes: Int32Array;
}

export type Column = NumberColumn | CodedColumn;

/** Rows of a data set in memory, column by column. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** One cell; null means missing. */
export function cellOf(column: Column, row: number): number | string | null {
  if (column.kind !== 'number') return column.levels[column.codes[row] ?? -1] ?? null;
  const value = column.values[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}
