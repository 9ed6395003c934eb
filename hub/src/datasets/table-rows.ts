import { RequestError } from '../errors.ts';
import {
  type CodedColumn,
  type Column,
  type ImageColumn,
  imageBytes,
  imageOf,
  isCoded,
  type Table,
} from '../store/table.ts';

/** The column of this name. @throws RequestError INVALID_INPUT naming the columns that exist */
export function requireColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const names = table.columns.map((candidate) => candidate.name);
  throw new RequestError('INVALID_INPUT', `no column ${JSON.stringify(name)}; the columns are ${names.join(', ')}`, {
    details: { column: name, columns: names },
  });
}

/** The rows at these places, in their order. Levels that no row has any more are left out. */
export function takeRows(table: Table, places: ArrayLike<number>): Table {
  const columns = table.columns.map((column): Column => {
    if (column.kind === 'image') return takeImages(column, places);
    if (column.kind !== 'number') {
      return usedLevels({ ...column, codes: Int32Array.from(places, (row) => column.codes[row] ?? -1) });
    }
    return { ...column, values: Float64Array.from(places, (row) => column.values[row] ?? Number.NaN) };
  });
  return { rows: places.length, columns };
}

/** The rows of `first`, then those of `second`; both have the same columns. */
export function concatTables(first: Table, second: Table): Table {
  const columns = first.columns.map((column): Column => {
    const other = requireColumn(second, column.name);
    if (column.kind === 'number' && other.kind === 'number') {
      const values = new Float64Array(first.rows + second.rows);
      values.set(column.values);
      values.set(other.values, first.rows);
      return { ...column, values };
    }
    if (column.kind === 'image' && other.kind === 'image') return concatImages(column, other);
    if (isCoded(column) && isCoded(other)) return concatLevels(column, other);
    const message = `column ${JSON.stringify(column.name)}: expected kind ${column.kind}, got ${other.kind}`;
    throw new RequestError('INVALID_INPUT', message, { details: { column: column.name } });
  });
  return { rows: first.rows + second.rows, columns };
}

/** A coded column of these texts; null means missing. */
export function codedColumn(name: string, kind: CodedColumn['kind'], texts: readonly (string | null)[]): CodedColumn {
  const levels = [...new Set(texts.filter((text) => text !== null))].sort();
  const places = new Map(levels.map((level, place) => [level, place]));
  return { kind, name, levels, codes: Int32Array.from(texts, (text) => places.get(text ?? '') ?? -1) };
}

function takeImages(column: ImageColumn, places: ArrayLike<number>): ImageColumn {
  const bytes = imageBytes(column);
  const pixels = new Uint8Array(places.length * bytes);
  for (let row = 0; row < places.length; row++) pixels.set(imageOf(column, places[row] ?? 0), row * bytes);
  return { ...column, pixels };
}

/** @throws RequestError INVALID_INPUT when the images differ in size */
function concatImages(first: ImageColumn, second: ImageColumn): ImageColumn {
  const [expected, got] = [first, second].map(({ height, width, channels }) => `${height} x ${width} x ${channels}`);
  if (expected !== got) {
    const message = `column ${JSON.stringify(first.name)}: expected images of ${expected}, got ${got}`;
    throw new RequestError('INVALID_INPUT', message, { details: { column: first.name } });
  }
  const pixels = new Uint8Array(first.pixels.length + second.pixels.length);
  pixels.set(first.pixels);
  pixels.set(second.pixels, first.pixels.length);
  return { ...first, pixels };
}

function concatLevels(first: CodedColumn, second: CodedColumn): CodedColumn {
  const levels = [...new Set([...first.levels, ...second.levels])].sort();
  const places = new Map(levels.map((level, place) => [level, place]));
  const codes = new Int32Array(first.codes.length + second.codes.length);
  let row = 0;
  for (const column of [first, second]) {
    const newCodes = column.levels.map((level) => places.get(level) ?? -1);
    for (const code of column.codes) codes[row++] = newCodes[code] ?? -1;
  }
  return { ...first, levels, codes };
}

function usedLevels(column: CodedColumn): CodedColumn {
  const used = new Set(column.codes);
  const levels = column.levels.filter((_, code) => used.has(code));
  if (levels.length === column.levels.length) return column;
  const places = new Map(levels.map((level, place) => [level, place]));
  const newCodes = column.levels.map((level) => places.get(level) ?? -1);
  return { ...column, levels, codes: column.codes.map((code) => newCodes[code] ?? -1) };
}
