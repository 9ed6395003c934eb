import type { SplitShares } from '../store/recipe/recipe.ts';
import { isCoded, type Table } from '../store/table.ts';
import { contentHashes } from './content-hash.ts';

/** Places of rows, each list ascending; every row is in exactly one. */
export interface RowSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

export interface SplitOptions {
  readonly seed: number;
  readonly shares: SplitShares;
  /** Column whose classes every part gets in the same proportions; null splits all rows alike. */
  readonly label: string | null;
}

/**
 * Divides rows by what stands in them: the same rows are divided the same way, in whatever order they come.
 *
 * Equal rows always stay together, so that no test row was trained on. Each class is divided by itself, and every
 * class has at least one row to train on.
 */
export function splitRows(table: Table, { seed, shares, label }: SplitOptions): RowSplit {
  const parts: [number[], number[], number[]] = [[], [], []];
  const { high, low } = contentHashes(table, seed);
  const order = (a: number, b: number): number =>
    (high[a] ?? 0) - (high[b] ?? 0) || (low[a] ?? 0) - (low[b] ?? 0) || a - b;
  for (const rows of rowsByClass(table, label)) {
    rows.sort(order);
    const ends = [shares.train * rows.length, (shares.train + shares.validation) * rows.length] as const;
    let part = 0;
    for (const [position, row] of rows.entries()) {
      const before = rows[position - 1];
      const isRepeated = before !== undefined && high[before] === high[row] && low[before] === low[row];
      // A part without a share gets nothing, not even what rounding leaves over.
      if (!isRepeated) part = position + 0.5 < ends[0] || position === 0 ? 0 : position + 0.5 < ends[1] ? 1 : 2;
      if (part === 2 && shares.test === 0) part = shares.validation === 0 ? 0 : 1;
      parts[part]?.push(row);
    }
  }
  const [train, validation, test] = parts.map((rows) => Int32Array.from(rows).sort());
  return {
    train: train ?? new Int32Array(),
    validation: validation ?? new Int32Array(),
    test: test ?? new Int32Array(),
  };
}

function rowsByClass(table: Table, label: string | null): number[][] {
  const column = table.columns.find(({ name }) => name === label);
  const classes = new Map<number, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const key = (column !== undefined && isCoded(column) ? column.codes[row] : 0) ?? 0;
    const rows = classes.get(key);
    if (rows === undefined) classes.set(key, [row]);
    else rows.push(row);
  }
  return [...classes.values()];
}
