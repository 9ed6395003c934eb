import { parseTime } from '@edgeloop/protocol';
import { InternalError } from '../../errors.ts';
import type { ModelInputSpec } from '../../store/model-rows.ts';
import { type Column, cellOf, type Table } from '../../store/table.ts';

/** Values of one column as a device reads them. */
export type ReferenceColumn = NumberReferenceColumn | CategoryReferenceColumn;

export interface NumberReferenceColumn {
  /** Times are in Unix seconds. */
  readonly kind: 'number' | 'time';
  readonly name: string;
  /** Shape [rows], NaN where missing. */
  readonly values: Float64Array;
}

export interface CategoryReferenceColumn {
  readonly kind: 'category';
  readonly name: string;
  /** Shape [rows], '' where missing. */
  readonly values: readonly string[];
}

/**
 * What devices compare their readings with: the columns of a model's inputs, each once, as they stand in the data set.
 * A device compares before numbers become float32, so these are doubles. Texts and images have no columns here.
 *
 * @param places rows of the table; of windows those of their newest readings, which stand for the window
 */
export function referenceColumns(
  table: Table,
  places: Int32Array,
  inputs: readonly ModelInputSpec[],
): ReferenceColumn[] {
  const columns = new Map(inputs.flatMap(({ kind, columns }) => columns.map((name) => [name, kind] as const)));
  return [...columns].flatMap(([name, kind]): ReferenceColumn[] => {
    const column = columnOf(table, name);
    if (kind === 'text' || kind === 'image') return [];
    if (kind === 'categories') {
      return [{ kind: 'category', name, values: Array.from(places, (row) => String(cellOf(column, row) ?? '')) }];
    }
    const valueAt = numbersOf(column);
    return [{ kind: kind === 'times' ? 'time' : 'number', name, values: Float64Array.from(places, valueAt) }];
  });
}

function numbersOf(column: Column): (row: number) => number {
  if (column.kind === 'image') throw new InternalError(`column ${column.name} holds images, expected numbers`);
  if (column.kind === 'number') return (row) => column.values[row] ?? Number.NaN;
  const seconds = column.levels.map((level) => parseTime(level) ?? Number.NaN);
  return (row) => seconds[column.codes[row] ?? -1] ?? Number.NaN;
}

function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new InternalError(`expected column ${name} of a model that was made with it, got none`);
}
