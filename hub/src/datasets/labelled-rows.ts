import { RequestError } from '../errors.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import { type Column, isCoded, type NumberColumn, type Table } from '../store/table.ts';
import { requireColumn } from './table-rows.ts';

export interface RowSelection {
  readonly label: string;
  /** Number columns to learn from, in this order. */
  readonly features: readonly string[];
  /** Classes in the order of the model; a label outside them is an error. */
  readonly classes: readonly string[];
}

/** The columns a model can learn from unless told otherwise: every number column with values, but the label. */
export function defaultFeatures(table: Table, label: string): string[] {
  return table.columns.filter((column) => column.name !== label && hasNumbers(column)).map(({ name }) => name);
}

/** Places rows into the matrix a model takes. @throws RequestError INVALID_INPUT naming the column */
export function labelledRows(table: Table, places: ArrayLike<number>, selection: RowSelection): LabelledRows {
  const { features, classes, label } = selection;
  const columns = features.map((name) => numberColumn(table, name));
  const values = new Float32Array(places.length * columns.length);
  for (const [feature, column] of columns.entries()) {
    for (let row = 0, at = feature; row < places.length; row++, at += columns.length) {
      values[at] = column.values[places[row] ?? -1] ?? Number.NaN;
    }
  }
  return { features, classes, rows: places.length, values, labels: labelsOf(table, places, label, classes) };
}

function labelsOf(table: Table, places: ArrayLike<number>, label: string, classes: readonly string[]): Int32Array {
  const column = requireColumn(table, label);
  if (!isCoded(column)) {
    const message = `label column ${JSON.stringify(label)} must hold classes, got ${column.kind}s`;
    throw new RequestError('INVALID_INPUT', message, { details: { column: label } });
  }
  const indices = column.levels.map((level) => classes.indexOf(level));
  return Int32Array.from(places, (row) => {
    const index = indices[column.codes[row] ?? -1] ?? -1;
    if (index >= 0) return index;
    const got = column.levels[column.codes[row] ?? -1] ?? 'nothing';
    throw new RequestError('INVALID_INPUT', `label column ${JSON.stringify(label)}: ${got} is none of the classes`, {
      details: { column: label, got, classes },
    });
  });
}

function numberColumn(table: Table, name: string): NumberColumn {
  const column = requireColumn(table, name);
  if (column.kind === 'number') return column;
  const message = `feature ${JSON.stringify(name)} must be a number column, got ${column.kind}`;
  throw new RequestError('INVALID_INPUT', message, { details: { column: name, kind: column.kind } });
}

function hasNumbers(column: Column): boolean {
  return column.kind === 'number' && column.values.some((value) => !Number.isNaN(value));
}
