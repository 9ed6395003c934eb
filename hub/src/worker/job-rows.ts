import { defaultInputs } from '../datasets/default-inputs.ts';
import { type JobParts, jobParts } from '../datasets/job-parts.ts';
import { modelRows } from '../datasets/model-rows.ts';
import { classesOf } from '../datasets/target-of.ts';
import type { JobRows, TargetSpec } from '../store/job-rows.ts';
import type { InputKind, ModelInputSpec, ModelRows } from '../store/model-rows.ts';
import { imageBytes, type Table } from '../store/table.ts';
import type { JobContext } from './job-context.ts';

/** With fewer rows a bin of ten holds less than five: too few for a histogram. */
const FEWEST_RECENT = 50;

/** For the reference the images are in memory once more; so many of them stand for all. */
const SEEN_IMAGES_BYTES = 256 * 1024 * 1024;

type RowsSpec = JobRows & { readonly recentFromRow?: number | null };

/** What a model reads; undefined takes what the data set suggests. */
export interface InputMeaning {
  readonly inputs?: readonly ModelInputSpec[] | undefined;
  /** Without `inputs`: only these columns, in this order. */
  readonly columns?: readonly string[] | undefined;
  /** Without `inputs`: columns to be read otherwise than their kind suggests. */
  readonly kinds?: Readonly<Record<string, InputKind>> | undefined;
}

/** The rows of a job, ready for a model. */
export interface LoadedModelRows {
  readonly table: Table;
  /** What the rows were made by; of classification with its classes. */
  readonly target: TargetSpec;
  readonly inputs: readonly ModelInputSpec[];
  /** Places of the training and validation rows in the table, or of the recent ones among them; of images some. */
  readonly madeWith: Int32Array;
  /** The same rows, ready for the model; made when asked for, as not every job wants them. */
  readonly seen: ModelRows;
  readonly train: ModelRows;
  readonly validation: ModelRows;
  readonly test: ModelRows;
}

/**
 * Fetches and divides the rows of a job.
 *
 * @throws RequestError INVALID_INPUT when columns are missing or of another kind, or no row is left to train on
 */
export async function loadModelRows(
  spec: RowsSpec,
  meaning: InputMeaning,
  context: JobContext,
): Promise<LoadedModelRows> {
  const { dataset, parts } = await partsOf(spec, context);
  const { windows } = spec;
  const target = withClasses(spec.target, parts.table);
  const { inputs = defaultInputs(dataset, { ...meaning, target, windows }) } = meaning;
  const reading = { inputs, target, windows };
  const madeWith = thinned(madeWithOf(parts, spec), parts.table, inputs);
  return {
    ...{ table: parts.table, target, inputs, madeWith },
    get seen(): ModelRows {
      return modelRows(parts.table, madeWith, reading);
    },
    train: modelRows(parts.table, parts.train, reading),
    validation: modelRows(parts.table, parts.validation, reading),
    test: modelRows(parts.table, parts.test, reading),
  };
}

function withClasses(target: TargetSpec, table: Table): TargetSpec {
  return target.task === 'classification' ? { ...target, classes: [...classesOf(table, target)] } : target;
}

async function partsOf(spec: RowsSpec, context: JobContext): Promise<{ dataset: Table; parts: JobParts }> {
  const dataset = await context.table(spec.dataset.digest);
  const heldOut = spec.heldOut === null ? null : await context.table(spec.heldOut.digest);
  return { dataset, parts: jobParts(spec, dataset, heldOut) };
}

function madeWithOf(parts: JobParts, spec: RowsSpec): Int32Array {
  return recentOf(Int32Array.from([...parts.train, ...parts.validation]).sort(), spec.recentFromRow ?? 0);
}

/** As many of these rows, spread evenly, as their images may take memory. */
function thinned(places: Int32Array, table: Table, inputs: readonly ModelInputSpec[]): Int32Array {
  const names = inputs.filter(({ kind }) => kind === 'image').flatMap(({ columns }) => columns);
  const columns = table.columns.filter(({ name }) => names.includes(name));
  const bytes = columns.reduce((sum, column) => sum + (column.kind === 'image' ? imageBytes(column) : 0), 0);
  const most = Math.max(1, Math.floor(SEEN_IMAGES_BYTES / Math.max(1, bytes)));
  if (bytes === 0 || places.length <= most) return places;
  return Int32Array.from({ length: most }, (_, index) => places[Math.floor((index * places.length) / most)] ?? 0);
}

/** The rows from this one on; all of them where these are too few to stand for anything. */
function recentOf(places: Int32Array, fromRow: number): Int32Array {
  const recent = places.filter((row) => row >= fromRow);
  return recent.length < FEWEST_RECENT ? places : recent;
}
