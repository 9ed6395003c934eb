import type { ModelRows } from '../../store/model-rows.ts';
import { SeededRandom } from '../seeded-random.ts';
import { equalRows } from './equal-rows.ts';

export interface FoldOptions {
  readonly folds: number;
  readonly seed: number;
  /** Windows that follow each other stay together, for they share readings; undefined where rows are no windows. */
  readonly windows?: { readonly size: number; readonly stride: number } | undefined;
}

/** A division of rows. */
export interface Folds {
  /** Rows of a fold. */
  of(fold: number): number[];
  /** Rows of all other folds that share nothing with those of this one. */
  apartFrom(fold: number): number[];
}

/**
 * Divides rows into folds; every class, and high and low numbers, are in all alike. Rows that read the same are in one,
 * so that none is judged by a model that learned it.
 */
export function dealFolds(rows: ModelRows, options: FoldOptions): Folds {
  return options.windows ? stretches(rows.rows, options.folds, options.windows) : dealt(rows, options);
}

function dealt(rows: ModelRows, { folds, seed }: FoldOptions): Folds {
  const first = equalRows(rows);
  const fold = new Int32Array(rows.rows);
  for (const [at, row] of ordered(rows, first, new SeededRandom(seed)).entries()) fold[row] = at % folds;
  const foldOf = (row: number): number => fold[first[row] ?? row] ?? 0;
  return {
    of: (wanted) => places(rows.rows, (row) => foldOf(row) === wanted),
    apartFrom: (other) => places(rows.rows, (row) => foldOf(row) !== other),
  };
}

/** Windows one behind the other; of the neighbours of a fold those that reach into it belong nowhere. */
function stretches(rows: number, folds: number, { size, stride }: NonNullable<FoldOptions['windows']>): Folds {
  const shared = Math.ceil(size / stride) - 1;
  const end = (fold: number): number => Math.ceil((fold * rows) / folds);
  return {
    of: (fold) => places(rows, (row) => row >= end(fold) && row < end(fold + 1)),
    apartFrom: (fold) => places(rows, (row) => row < end(fold) - shared || row >= end(fold + 1) + shared),
  };
}

/** The first of equal rows, class by class, or by size; at random among those of one class. */
function ordered({ rows, target }: ModelRows, first: Int32Array, random: SeededRandom): Uint32Array {
  const leaders = Uint32Array.from(places(rows, (row) => first[row] === row));
  random.shuffle(leaders);
  const values = target.kind === 'classes' ? target.labels : target.values;
  return leaders.sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
}

function places(rows: number, isWanted: (row: number) => boolean): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(isWanted);
}
