import { parseTime } from '@edgeloop/protocol';
import { InternalError, RequestError } from '../errors.ts';
import type { InputRows, ModelInputSpec } from '../store/model-rows.ts';
import { type Column, cellOf, imageBytes, imageOf, isCoded, type NumberColumn, type Table } from '../store/table.ts';
import { requireColumn } from './table-rows.ts';

/**
 * Values of one input at these rows; of windows the places are those of the newest readings.
 *
 * @throws RequestError INVALID_INPUT when a column is not there or of another kind
 */
export function inputRows(table: Table, places: ArrayLike<number>, spec: ModelInputSpec): InputRows {
  const columns = spec.columns.map((name) => requireColumn(table, name));
  switch (spec.kind) {
    case 'numbers':
      return { spec, dims: spec.dims, values: numbers(columns.map(numberColumn), places) };
    case 'window':
      return { spec, dims: spec.dims, values: windows(columns.map(numberColumn), places, spec.dims[0] ?? 1) };
    case 'times':
      return { spec, dims: spec.dims, values: matrix(columns, places, (length) => new Float64Array(length), timesOf) };
    case 'categories':
    case 'text':
      return { spec, dims: spec.dims, values: matrix(columns, places, (length) => new Array<string>(length), textsOf) };
    case 'image':
      return images(columns, places, spec);
  }
}

function numbers(columns: readonly NumberColumn[], places: ArrayLike<number>): Float32Array {
  const values = new Float32Array(places.length * columns.length);
  for (const [index, column] of columns.entries()) {
    for (let row = 0, at = index; row < places.length; row++, at += columns.length) {
      values[at] = column.values[places[row] ?? -1] ?? Number.NaN;
    }
  }
  return values;
}

function windows(columns: readonly NumberColumn[], places: ArrayLike<number>, size: number): Float32Array {
  const values = new Float32Array(places.length * size * columns.length);
  let at = 0;
  for (let row = 0; row < places.length; row++) {
    const newest = places[row] ?? -1;
    if (newest + 1 < size) throw new InternalError(`a window of ${size} readings must end at row ${size - 1} or later`);
    for (let reading = newest - size + 1; reading <= newest; reading++) {
      for (const column of columns) values[at++] = column.values[reading] ?? Number.NaN;
    }
  }
  return values;
}

/** Reads every different cell once. */
function matrix<T, V extends { [index: number]: T }>(
  columns: readonly Column[],
  places: ArrayLike<number>,
  make: (length: number) => V,
  read: (column: Column) => (row: number) => T,
): V {
  const values = make(places.length * columns.length);
  for (const [index, column] of columns.entries()) {
    const valueAt = read(column);
    for (let row = 0, at = index; row < places.length; row++, at += columns.length) {
      values[at] = valueAt(places[row] ?? -1);
    }
  }
  return values;
}

function timesOf(column: Column): (row: number) => number {
  if (column.kind === 'number') return (row) => column.values[row] ?? Number.NaN;
  if (column.kind !== 'time') throw wrongKind(column, 'times');
  const seconds = column.levels.map(parseTime);
  return (row) => seconds[column.codes[row] ?? -1] ?? Number.NaN;
}

function textsOf(column: Column): (row: number) => string {
  if (column.kind === 'image') throw wrongKind(column, 'texts');
  return (row) => String(cellOf(column, row) ?? '');
}

function images([column]: readonly Column[], places: ArrayLike<number>, spec: ModelInputSpec): InputRows {
  if (column?.kind !== 'image') throw wrongKind(column, 'images');
  const { height, width, channels } = column;
  const bytes = imageBytes(column);
  const values = new Uint8Array(places.length * bytes);
  for (let row = 0; row < places.length; row++) values.set(imageOf(column, places[row] ?? 0), row * bytes);
  const dims = [height, width, channels];
  if (spec.dims.every((size, axis) => size === -1 || size === dims[axis])) return { spec, dims, values };
  const message = `column ${JSON.stringify(column.name)}: expected images of ${spec.dims.join(' x ')}, got ${dims.join(' x ')}`;
  throw new RequestError('INVALID_INPUT', message, { details: { column: column.name } });
}

function numberColumn(column: Column): NumberColumn {
  if (column.kind === 'number') return column;
  throw wrongKind(column, 'numbers');
}

function wrongKind(column: Column | undefined, expected: string): RequestError {
  const [name, kind] = [column?.name ?? '', column?.kind ?? 'nothing'];
  const got = column && isCoded(column) ? `a column of kind ${kind}` : `${kind}s`;
  return new RequestError('INVALID_INPUT', `column ${JSON.stringify(name)} must hold ${expected}, got ${got}`, {
    details: { column: name, kind },
  });
}
