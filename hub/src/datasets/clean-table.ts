import { RequestError } from '../errors.ts';
import type { CleaningStep } from '../store/dataset-store.ts';
import { type Column, isMissing, type Table } from '../store/table.ts';
import { contentHashes } from './content-hash.ts';
import { requireColumn, takeRows } from './table-rows.ts';

export interface CleaningOptions {
  /** Column to predict, null for unlabelled data. */
  readonly label: string | null;
  /** @default false */
  readonly dropDuplicates?: boolean | undefined;
}

/**
 * The table without rows that cannot be used, and what was done. Constant columns are reported and stay.
 *
 * @throws RequestError INVALID_INPUT when the label is no column, or no row has one
 */
export function cleanTable(table: Table, options: CleaningOptions): { table: Table; cleaning: CleaningStep[] } {
  const cleaning: CleaningStep[] = [];
  let cleaned = table;
  const keep = (rule: string, column: string | null, rows: readonly number[]): void => {
    if (rows.length === cleaned.rows) return;
    cleaning.push({ rule, column, rows: cleaned.rows - rows.length });
    cleaned = takeRows(cleaned, rows);
  };
  if (options.label !== null) {
    const column = requireColumn(table, options.label);
    const labelled = places(table.rows, (row) => !isMissing(column, row));
    if (labelled.length === 0) {
      const message = `label column ${JSON.stringify(options.label)} must have values, got none`;
      throw new RequestError('INVALID_INPUT', message, { details: { column: options.label } });
    }
    keep('missing-label-dropped', options.label, labelled);
  }
  if (options.dropDuplicates) keep('duplicates-dropped', null, firstOfEach(cleaned));
  for (const column of cleaned.columns) {
    if (isConstant(column)) {
      cleaning.push({ rule: 'constant-column-kept', column: column.name, rows: cleaned.rows });
    }
  }
  return { table: cleaned, cleaning };
}

function firstOfEach(table: Table): number[] {
  const seen = new Set<string>();
  const { high, low } = contentHashes(table);
  return places(table.rows, (row) => {
    const key = `${high[row]}:${low[row]}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function places(rows: number, isKept: (row: number) => boolean): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(isKept);
}

function isConstant(column: Column): boolean {
  // Images that are all one picture have no use, but nobody hands them in either.
  if (column.kind === 'image') return false;
  const values: Float64Array | Int32Array = column.kind === 'number' ? column.values : column.codes;
  const [first] = values;
  return values.every((value) => Object.is(value, first));
}
