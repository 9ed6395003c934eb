import type { Table } from '../store/table.ts';
import { contentHashes } from './content-hash.ts';

/** Rows to learn from and rows to judge by. */
export interface TwoSides<Rows> {
  readonly training: Rows;
  readonly heldOut: Rows;
}

/**
 * Places of new rows on two sides, changed so that none lies on another side than an old row that is equal to it.
 *
 * @param old of the same columns as `fresh`
 */
export function keepApart(fresh: Table, places: TwoSides<Int32Array>, old: TwoSides<Table>): TwoSides<Int32Array> {
  const keyAt = rowKeys(fresh);
  const [learned, judged] = [keysOf(old.training), keysOf(old.heldOut)];
  const isHeldOut = (row: number): boolean => judged.has(keyAt(row));
  const isLearned = (row: number): boolean => learned.has(keyAt(row)) && !isHeldOut(row);
  return {
    training: joined(
      places.training.filter((row) => !isHeldOut(row)),
      places.heldOut.filter(isLearned),
    ),
    heldOut: joined(
      places.heldOut.filter((row) => !isLearned(row)),
      places.training.filter(isHeldOut),
    ),
  };
}

function joined(first: Int32Array, second: Int32Array): Int32Array {
  return Int32Array.from([...first, ...second]).sort();
}

function keysOf(table: Table): ReadonlySet<string> {
  const keyAt = rowKeys(table);
  return new Set(Array.from({ length: table.rows }, (_, row) => keyAt(row)));
}

function rowKeys(table: Table): (row: number) => string {
  const { high, low } = contentHashes(table);
  return (row) => `${high[row]}:${low[row]}`;
}
