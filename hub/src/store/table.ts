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
  readonly kind: Exclude<ColumnKind, 'number' | 'image'>;
  readonly name: string;
  /** Different texts of the column, sorted by code unit. */
  readonly levels: readonly string[];
  /** Shape [rows]: place in `levels`, -1 means missing. */
  readonly codes: Int32Array;
}

/** Images of one column, all of one size; one that is 0 everywhere is missing. */
export interface ImageColumn {
  readonly kind: 'image';
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: number;
  /** Shape [rows, height, width, channels]. */
  readonly pixels: Uint8Array;
}

export type Column = NumberColumn | CodedColumn | ImageColumn;

/** Rows of a data set in memory, column by column. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Whether a column keeps texts. */
export function isCoded(column: Column): column is CodedColumn {
  return column.kind !== 'number' && column.kind !== 'image';
}

/** Bytes of one image of a column. */
export function imageBytes({ height, width, channels }: Omit<ImageColumn, 'pixels' | 'kind' | 'name'>): number {
  return height * width * channels;
}

/** Pixels of one row, a view. */
export function imageOf(column: ImageColumn, row: number): Uint8Array {
  const bytes = imageBytes(column);
  return column.pixels.subarray(row * bytes, (row + 1) * bytes);
}

/** Whether a cell holds nothing. */
export function isMissing(column: Column, row: number): boolean {
  if (column.kind === 'image') return imageOf(column, row).every((pixel) => pixel === 0);
  return isCoded(column) ? (column.codes[row] ?? -1) < 0 : Number.isNaN(column.values[row] ?? Number.NaN);
}

/** One cell; null means missing. Of an image its size. */
export function cellOf(column: Column, row: number): number | string | null {
  if (column.kind === 'image') {
    return isMissing(column, row) ? null : `${column.height} x ${column.width} x ${column.channels}`;
  }
  if (column.kind !== 'number') return column.levels[column.codes[row] ?? -1] ?? null;
  const value = column.values[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}
