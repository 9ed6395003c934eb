import { jobParts } from '../datasets/job-parts.ts';
import { defaultFeatures, labelledRows } from '../datasets/labelled-rows.ts';
import type { JobRows } from '../store/job-rows.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Table } from '../store/table.ts';
import type { JobContext } from './job-context.ts';

/** With fewer rows a bin of ten holds less than five: too few for a histogram. */
const FEWEST_RECENT = 50;

/** What a model reads and names; undefined takes what the data set suggests. */
export interface RowMeaning {
  readonly features?: readonly string[] | undefined;
  readonly classes?: readonly string[] | undefined;
}

/** The rows of a job, ready for a model. */
export interface LoadedRows {
  readonly table: Table;
  /** Places of the training and validation rows in the table, or of the recent ones among them. */
  readonly madeWith: Int32Array;
  /** The same rows, ready for the model. */
  readonly seen: LabelledRows;
  readonly train: LabelledRows;
  readonly validation: LabelledRows;
  readonly test: LabelledRows;
}

/** Fetches and divides the rows of a job. */
export async function loadRows(
  spec: JobRows & { readonly recentFromRow?: number | null },
  meaning: RowMeaning,
  context: JobContext,
): Promise<LoadedRows> {
  const dataset = await context.table(spec.dataset.digest);
  const heldOut = spec.heldOut === null ? null : await context.table(spec.heldOut.digest);
  const parts = jobParts(spec, dataset, heldOut);
  const { label } = spec.dataset;
  const selection = {
    label,
    features: meaning.features ?? defaultFeatures(dataset, label),
    classes: meaning.classes ?? levelsOf(parts.table, label),
  };
  const madeWith = Int32Array.from([...parts.train, ...parts.validation]).sort();
  const recent = recentOf(madeWith, spec.recentFromRow ?? 0);
  return {
    table: parts.table,
    madeWith: recent,
    seen: labelledRows(parts.table, recent, selection),
    train: labelledRows(parts.table, parts.train, selection),
    validation: labelledRows(parts.table, parts.validation, selection),
    test: labelledRows(parts.table, parts.test, selection),
  };
}

/** The rows from this one on; all of them where these are too few to stand for anything. */
function recentOf(places: Int32Array, fromRow: number): Int32Array {
  const recent = places.filter((row) => row >= fromRow);
  return recent.length < FEWEST_RECENT ? places : recent;
}

/** Classes in the order of the data set. */
export function levelsOf(table: Table, label: string): readonly string[] {
  const column = table.columns.find(({ name }) => name === label);
  return column === undefined || column.kind === 'number' ? [] : column.levels;
}
