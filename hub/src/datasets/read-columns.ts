import { OutsideError, RequestError } from '../errors.ts';
import { ColumnBuilder } from './column-builder.ts';
import { readCsv } from './csv-reader.ts';
import type { FileLimits, TableFormat } from './file-format.ts';
import { readJsonl } from './jsonl-reader.ts';
import { unpack } from './unpack.ts';

/**
 * The columns of a data file, in the order of the file.
 *
 * @throws OutsideError DATA_INVALID naming line and column; RequestError TOO_LARGE
 */
export async function readColumns(
  file: Uint8Array,
  format: TableFormat,
  limits: FileLimits,
): Promise<readonly ColumnBuilder[]> {
  const pieces = unpack(file, limits.maxUnpackedBytes);
  const columns = format === 'csv' ? await csvColumns(pieces, limits) : await jsonlColumns(pieces, limits);
  const rows = columns[0]?.rows ?? 0;
  if (rows === 0) throw new OutsideError('DATA_INVALID', 'expected at least one row of data, got none');
  return columns;
}

async function csvColumns(pieces: AsyncIterable<Uint8Array>, limits: FileLimits): Promise<readonly ColumnBuilder[]> {
  let columns: readonly ColumnBuilder[] | undefined;
  for await (const { cells, line } of readCsv(pieces)) {
    if (columns === undefined) {
      columns = newColumns(cells, limits);
      continue;
    }
    if (cells.length !== columns.length) {
      const message = `line ${line}: expected ${columns.length} cells, one for each column, got ${cells.length}`;
      throw new OutsideError('DATA_INVALID', message, { details: { line, expected: columns.length } });
    }
    checkRows(columns[0]?.rows ?? 0, limits);
    for (const [index, column] of columns.entries()) column.add(cells[index] ?? null, line);
  }
  if (columns === undefined) throw new OutsideError('DATA_INVALID', 'expected a first line with names, got no bytes');
  return columns;
}

async function jsonlColumns(pieces: AsyncIterable<Uint8Array>, limits: FileLimits): Promise<readonly ColumnBuilder[]> {
  const columns = new Map<string, ColumnBuilder>();
  let rows = 0;
  for await (const { fields, line } of readJsonl(pieces)) {
    checkRows(rows, limits);
    for (const name of fields.keys()) {
      if (columns.has(name)) continue;
      columns.set(name, lateColumn(name, rows));
      checkColumns(columns.size, limits);
    }
    for (const [name, column] of columns) column.add(fields.get(name) ?? null, line);
    rows++;
  }
  return [...columns.values()];
}

/** A column that the first `rows` records did not have. */
function lateColumn(name: string, rows: number): ColumnBuilder {
  const column = new ColumnBuilder(name);
  for (let row = 0; row < rows; row++) column.add(null, 0);
  return column;
}

function newColumns(names: readonly (string | null)[], limits: FileLimits): readonly ColumnBuilder[] {
  checkColumns(names.length, limits);
  const seen = new Set<string>();
  return names.map((cell, index) => {
    const name = (cell ?? '').trim();
    if (name === '') throw new OutsideError('DATA_INVALID', `line 1: column ${index + 1} has no name`);
    if (seen.has(name))
      throw new OutsideError('DATA_INVALID', `line 1: column name ${JSON.stringify(name)} comes twice`);
    seen.add(name);
    return new ColumnBuilder(name);
  });
}

function checkRows(rows: number, { maxRows }: FileLimits): void {
  if (rows < maxRows) return;
  throw new RequestError('TOO_LARGE', `expected at most ${maxRows} rows, got more`, { details: { maxRows } });
}

function checkColumns(columns: number, { maxColumns }: FileLimits): void {
  if (columns <= maxColumns) return;
  throw new RequestError('TOO_LARGE', `expected at most ${maxColumns} columns, got ${columns}`, {
    details: { maxColumns },
  });
}
