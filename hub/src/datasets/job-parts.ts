import type { JobRows } from '../store/job-rows.ts';
import type { Table } from '../store/table.ts';
import { splitRows } from './split-rows.ts';
import { concatTables } from './table-rows.ts';

/** The rows of a job: places in one table. */
export interface JobParts {
  /** The data set, and behind it the held-out rows where they are a table of their own. */
  readonly table: Table;
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Divides rows as every job of a run does. @throws RequestError INVALID_INPUT when held-out rows have other columns */
export function jobParts(spec: Pick<JobRows, 'split' | 'dataset'>, dataset: Table, heldOut: Table | null): JobParts {
  const { seed, shares } = spec.split;
  const { label } = spec.dataset;
  if (heldOut === null) return { table: dataset, ...splitRows(dataset, { seed, shares, label }) };
  const withoutTest = { train: shares.train + shares.test, validation: shares.validation, test: 0 };
  const { train, validation } = splitRows(dataset, { seed, shares: withoutTest, label });
  const test = Int32Array.from({ length: heldOut.rows }, (_, row) => dataset.rows + row);
  return { table: concatTables(dataset, heldOut), train, validation, test };
}
