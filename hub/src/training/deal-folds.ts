import type { Target } from '../store/model-rows.ts';
import { SeededRandom } from './seeded-random.ts';

export interface FoldOptions {
  readonly folds: number;
  readonly seed: number;
  /** Rows that follow each other stay together: windows share readings. */
  readonly isOrdered: boolean;
}

/** Which fold each row belongs to, shape [rows]; every class, and high and low numbers, are in all alike. */
export function dealFolds(target: Target, rows: number, { folds, seed, isOrdered }: FoldOptions): Int32Array {
  const fold = new Int32Array(rows);
  if (isOrdered) return fold.map((_, row) => Math.floor((row * folds) / rows));
  for (const [at, row] of ordered(target, rows, new SeededRandom(seed)).entries()) fold[row] = at % folds;
  return fold;
}

/** Class by class, or by size; at random among equals. */
function ordered(target: Target, rows: number, random: SeededRandom): Uint32Array {
  const places = Uint32Array.from({ length: rows }, (_, row) => row);
  random.shuffle(places);
  const values = target.kind === 'classes' ? target.labels : target.values;
  return places.sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
}
