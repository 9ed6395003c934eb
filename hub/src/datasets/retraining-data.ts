import { RequestError } from '../errors.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import type { JobMeaning, JobRows } from '../store/job-rows.ts';
import type { SampleRecord } from '../store/sample-store.ts';
import type { Table } from '../store/table.ts';
import { tableFromSamples } from './dataset-from-samples.ts';
import type { DatasetService } from './dataset-service.ts';
import { keepApart } from './keep-apart.ts';
import { splitRows } from './split-rows.ts';
import { concatTables, takeRows } from './table-rows.ts';

export interface RetrainingDataRequest {
  /** Data the champion was trained on. */
  readonly base: DatasetRecord;
  /** What the champion says, and of what rows. */
  readonly meaning: JobMeaning;
  /** What the champion was judged by, where that was a data set of its own. */
  readonly baseHeldOut: DatasetRecord | null;
  /** How the champion's run divided `base`; its test rows stay out of training for good. */
  readonly split: JobRows['split'];
  /** From devices; those without a label are left out. */
  readonly samples: readonly SampleRecord[];
  /** Share of the labelled samples to judge by. */
  readonly heldOutShare: number;
  /** Where the samples came from, in words: 'samples of shuttle@1 from 3 devices'. */
  readonly origin: string;
}

export interface RetrainingData {
  /** Old training rows and new samples. */
  readonly training: DatasetRecord;
  /** Row of `training` where the new samples begin. */
  readonly recentFromRow: number;
  /** Old test rows and new samples that neither model was trained on: both are compared on exactly these. */
  readonly heldOut: DatasetRecord;
}

/**
 * Makes the two data sets of a retraining: one to train on, one to compare champion and challenger on.
 *
 * What stands in a row decides on which side it falls, so equal samples never fall on both; a sample equal to an
 * old row falls on that row's side.
 *
 * @throws RequestError INVALID_INPUT when a sample does not fit the columns of the data set, none is labelled, or no
 *   sample can be a row of it
 */
export async function makeRetrainingData(
  datasets: DatasetService,
  request: RetrainingDataRequest,
): Promise<RetrainingData> {
  const { base, baseHeldOut, split, heldOutShare } = request;
  const table = await datasets.table(base);
  const label = labelOf(request.meaning);
  const fresh = tableFromSamples(request.samples, table, label);
  const shares = { train: 1 - heldOutShare, validation: 0, test: heldOutShare };
  const newRows = splitRows(fresh, { seed: split.seed, shares, label });
  const old =
    baseHeldOut === null
      ? divideBase(table, request, label)
      : { training: table, heldOut: await datasets.table(baseHeldOut) };
  const sides = keepApart(fresh, { training: newRows.train, heldOut: newRows.test }, old);
  const training = concatTables(old.training, takeRows(fresh, sides.training));
  const heldOut = concatTables(old.heldOut, takeRows(fresh, sides.heldOut));
  const common = { label, units: unitsOf(base), origin: `${base.name}@${base.version} and ${request.origin}` };
  const parents = [
    { kind: 'dataset' as const, ref: `${base.name}@${base.version}` },
    ...(baseHeldOut === null ? [] : [{ kind: 'dataset' as const, ref: `${baseHeldOut.name}@${baseHeldOut.version}` }]),
    { kind: 'samples' as const, ref: request.origin },
  ];
  return {
    training: await datasets.addTable(training, { ...common, name: base.name, parents }),
    recentFromRow: old.training.rows,
    heldOut: await datasets.addTable(heldOut, {
      ...common,
      name: baseHeldOut?.name ?? `${base.name}-held-out`,
      parents,
    }),
  };
}

function unitsOf({ columns }: DatasetRecord): Record<string, string> {
  return Object.fromEntries(columns.flatMap(({ name, unit }) => (unit === undefined ? [] : [[name, unit]])));
}

/** Column of the labels. @throws RequestError INVALID_INPUT when samples cannot be rows */
function labelOf({ target, windows }: JobMeaning): string {
  if (windows) {
    const message = `samples of devices are single readings, and this model reads windows of ${windows.size}: import readings in their order and train anew`;
    throw new RequestError('INVALID_INPUT', message);
  }
  if (target.column !== null) return target.column;
  throw new RequestError('INVALID_INPUT', 'the data set has no labels, so that labelled samples cannot be rows of it');
}

/** The base as the champion's run divided it: what it was judged by, and all the rest. */
function divideBase(
  table: Table,
  { split }: RetrainingDataRequest,
  label: string,
): { training: Table; heldOut: Table } {
  const { train, validation, test } = splitRows(table, { ...split, label });
  const rest = Int32Array.from([...train, ...validation]).sort();
  return { training: takeRows(table, rest), heldOut: takeRows(table, test) };
}
