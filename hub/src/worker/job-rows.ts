import { jobParts } from '../datasets/job-parts.ts';
import { defaultFeatures, labelledRows } from '../datasets/labelled-rows.ts';
import type { JobRows } from '../store/job-rows.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Table } from '../store/table.ts';
import type { JobContext } from './job-context.ts';

/** What a model reads and names; undefined takes what the data set suggests. */
export interface RowMeaning {
  readonly features?: readonly string[] | undefined;
  readonly classes?: readonly string[] | undefined;
}

/** The rows of a job, ready for a model. */
export interface LoadedRows {
  readonly table: Table;
  /** Places of the training and validation rows in the table. */
  readonly madeWith: Int32Array;
  readonly train: LabelledRows;
  readonly validation: LabelledRows;
  readonly test: LabelledRows;
}

/** Fetches and divides the rows of a job. */
export async function loadRows(spec: JobRows, meaning: RowMeaning, context: JobContext): Promise<LoadedRows> {
  const dataset = await context.table(spec.dataset.digest);
  const heldOut = spec.heldOut === null ? null : await context.table(spec.heldOut.digest);
  const parts = jobParts(spec, dataset, heldOut);
  const { label } = spec.dataset;
  const selection = {
    label,
    features: meaning.features ?? defaultFeatures(dataset, label),
    classes: meaning.classes ?? levelsOf(parts.table, label),
  };
  return {
    table: parts.table,
    madeWith: Int32Array.from([...parts.train, ...parts.validation]).sort(),
    train: labelledRows(parts.table, parts.train, selection),
    validation: labelledRows(parts.table, parts.validation, selection),
    test: labelledRows(parts.table, parts.test, selection),
  };
}

/** Classes in the order of the data set. */
export function levelsOf(table: Table, label: string): readonly string[] {
  const column = table.columns.find(({ name }) => name === label);
  return column === undefined || column.kind === 'number' ? [] : column.levels;
}
