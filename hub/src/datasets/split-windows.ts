import type { WindowSpec } from '../store/job-rows.ts';
import type { SplitShares } from '../store/recipe/recipe.ts';
import { type Column, isCoded, type Table } from '../store/table.ts';
import { hashNumber } from './content-hash.ts';
import type { RowSplit } from './split-rows.ts';
import { requireColumn } from './table-rows.ts';

export interface WindowSplitOptions {
  readonly seed: number;
  readonly shares: SplitShares;
  /** Column whose classes every part gets in about the same proportions; null divides all rows alike. */
  readonly label: string | null;
  readonly windows: Pick<WindowSpec, 'size' | 'stride' | 'group'>;
}

/** Longer blocks lose fewer windows at their ends, shorter ones divide better. */
const MOST_WINDOWS_OF_BLOCK = 8;
const FEWEST_BLOCKS = 40;

const PARTS = ['train', 'validation', 'test'] as const;
type Part = (typeof PARTS)[number];

/** Rows from `start` up to, but not including, `end`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  /** No window lies over two groups. */
  readonly group: number;
}

interface Block extends Stretch {
  readonly part: Part;
}

/**
 * Divides rows that follow each other into windows, each named by the row of its newest reading.
 *
 * Rows are divided in blocks of several windows and no window reaches over the end of its block, so that no reading of
 * a test window was trained on.
 */
export function splitWindows(table: Table, { seed, shares, label, windows }: WindowSplitOptions): RowSplit {
  const { size, stride } = windows;
  const stretches = sameGroup(table, 0, windows.group).flatMap((stretch) => cut(stretch, blockRows(table, windows)));
  const blocks = joined(deal(stretches, strata(table, stretches, label), shares, seed));
  const placesOf = (part: Part): Int32Array =>
    Int32Array.from(blocks.filter((block) => block.part === part).flatMap((block) => newestOf(block, size, stride)));
  return { train: placesOf('train'), validation: placesOf('validation'), test: placesOf('test') };
}

/** All windows of the rows from `fromRow` on, each named by the row of its newest reading. */
export function allWindows(table: Table, fromRow: number, windows: WindowSplitOptions['windows']): Int32Array {
  const stretches = sameGroup(table, fromRow, windows.group);
  return Int32Array.from(stretches.flatMap((stretch) => newestOf(stretch, windows.size, windows.stride)));
}

function newestOf({ start, end }: Pick<Stretch, 'start' | 'end'>, size: number, stride: number): number[] {
  const count = Math.max(0, Math.floor((end - start - size) / stride) + 1);
  return Array.from({ length: count }, (_, index) => start + size - 1 + index * stride);
}

function sameGroup(table: Table, fromRow: number, group: string | null): Stretch[] {
  if (group === null) return [{ start: fromRow, end: table.rows, group: 0 }];
  const valueAt = valuesOf(requireColumn(table, group));
  const stretches: Stretch[] = [];
  let start = fromRow;
  for (let row = fromRow + 1; row <= table.rows; row++) {
    if (row < table.rows && Object.is(valueAt(row), valueAt(row - 1))) continue;
    stretches.push({ start, end: row, group: stretches.length });
    start = row;
  }
  return stretches;
}

function valuesOf(column: Column): (row: number) => number {
  if (column.kind === 'number') return (row) => column.values[row] ?? Number.NaN;
  return isCoded(column) ? (row) => column.codes[row] ?? -1 : () => 0;
}

function blockRows(table: Table, { size, stride }: WindowSplitOptions['windows']): number {
  const unit = Math.max(size, stride);
  const windowsOfBlock = Math.floor(table.rows / (unit * FEWEST_BLOCKS));
  return unit * Math.max(1, Math.min(MOST_WINDOWS_OF_BLOCK, windowsOfBlock));
}

/** Equal pieces of at least `rows` rows, or one where the stretch has fewer. */
function cut({ start, end, group }: Stretch, rows: number): Stretch[] {
  const count = Math.max(1, Math.floor((end - start) / rows));
  const at = (index: number): number => start + Math.floor((index * (end - start)) / count);
  return Array.from({ length: count }, (_, index) => ({ start: at(index), end: at(index + 1), group }));
}

/** Of each block the class that is rarest in the data set, as most blocks hold all the usual ones. */
function strata(table: Table, stretches: readonly Stretch[], label: string | null): number[] {
  const column = label === null ? undefined : requireColumn(table, label);
  if (column === undefined || !isCoded(column)) return stretches.map(() => 0);
  const counts = new Map<number, number>();
  for (const code of column.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return stretches.map(({ start, end }) => {
    const codes = [...new Set(column.codes.subarray(start, end))];
    return codes.reduce((rarest, code) => ((counts.get(code) ?? 0) < (counts.get(rarest) ?? 0) ? code : rarest));
  });
}

/** Each block goes to the part that lacks most of its share; the first of every stratum is there to train on. */
function deal(stretches: readonly Stretch[], keys: readonly number[], shares: SplitShares, seed: number): Block[] {
  const hashes = stretches.map((_, index) => hashNumber(index, seed));
  const order = [...stretches.keys()].sort(
    (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || (hashes[a] ?? 0) - (hashes[b] ?? 0) || a - b,
  );
  const given: Record<Part, number> = { train: 0, validation: 0, test: 0 };
  const parts: Part[] = [];
  let rows = 0;
  for (const [position, index] of order.entries()) {
    const { start, end } = stretches[index] ?? { start: 0, end: 0 };
    rows += end - start;
    const isFirst = position === 0 || keys[index] !== keys[order[position - 1] ?? 0];
    const lack = (part: Part): number => shares[part] * rows - given[part];
    const open = PARTS.filter((part) => shares[part] > 0);
    const part = isFirst ? 'train' : open.reduce((most, next) => (lack(next) > lack(most) ? next : most), 'train');
    given[part] += end - start;
    parts[index] = part;
  }
  return stretches.map((stretch, index) => ({ ...stretch, part: parts[index] ?? 'train' }));
}

/** Neighbours of one part become one block: windows may lie over both. */
function joined(blocks: readonly Block[]): Block[] {
  const all: Block[] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    const isNext = last !== undefined && last.part === block.part && last.group === block.group;
    if (isNext && last.end === block.start) all[all.length - 1] = { ...last, end: block.end };
    else all.push(block);
  }
  return all;
}
