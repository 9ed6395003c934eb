import type { Tensor } from '@edgeloop/onnx';
import { wilsonInterval, Z_TWO_SIDED_95 } from '../../store/metrics/wilson-interval.ts';
import { floatingValues } from './floating-values.ts';
import { largestPlace, type OutputMeaning } from './output-meaning.ts';
import { ratioOfMeans } from './paired-drop.ts';

/** How much of what float32 says a form says too; 1 is all. */
export interface OutputAgreement {
  readonly value: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

type Entries = ArrayLike<number | bigint | string>;

/** What is kept of one row of float32: places of the largest entries, what they spell, or the values as they are. */
export interface HeldRow {
  readonly dims: readonly number[];
  readonly entries: Entries;
}

/** The rows of one run, without what is not needed to compare them. */
export function heldRows(output: Tensor, rows: number, meaning: OutputMeaning): HeldRow[] {
  const [first, ...others] = output.dims;
  // Outputs whose first dimension does not count the rows are those of all rows of the run.
  const pieces = first === rows ? rows : 1;
  const dims = pieces === rows && first !== undefined ? [1, ...others] : output.dims;
  const values = (floatingValues(output) ?? output.data) as unknown as Float32Array;
  const size = values.length / pieces;
  return Array.from({ length: pieces }, (_, piece) => {
    const row = values.slice(piece * size, (piece + 1) * size);
    return { dims, entries: entriesOf(row, dims.at(-1) ?? 1, meaning) };
  });
}

function entriesOf(row: Float32Array, classes: number, meaning: OutputMeaning): Float32Array | Int32Array {
  if (meaning.kind === 'classes') return largestPlaces(row, classes);
  if (meaning.kind !== 'symbols') return row;
  return largestPlaces(row, classes).filter((place, at, all) => place !== meaning.blank && place !== all[at - 1]);
}

function largestPlaces(values: Float32Array, size: number): Int32Array {
  return Int32Array.from({ length: values.length / size }, (_, at) =>
    largestPlace(values.subarray(at * size, (at + 1) * size)),
  );
}

/** Agreement on one output over all rows. */
export function outputAgreement(
  float: readonly HeldRow[],
  form: readonly HeldRow[],
  { kind }: OutputMeaning,
): OutputAgreement {
  if (kind === 'numbers') return explainedShare(float, form);
  const shareOf = kind === 'symbols' ? spelledShare : sameShare;
  const shares = float.map((row, at) => {
    const other = form[at];
    return other === undefined ? 0 : shareOf(row, other);
  });
  const sum = shares.reduce((all, share) => all + share, 0);
  // Positions of a row err together, so each row counts once: at most as certain as that many tosses of a coin.
  return { value: shares.length === 0 ? 1 : sum / shares.length, ...wilsonInterval(sum, shares.length) };
}

/** Share of the positions that are the same; none of another shape. */
function sameShare(row: HeldRow, other: HeldRow): number {
  if (!isAlike(row, other)) return 0;
  let same = 0;
  for (let index = 0; index < row.entries.length; index++) {
    if (Object.is(row.entries[index], other.entries[index])) same++;
  }
  return row.entries.length === 0 ? 1 : same / row.entries.length;
}

/** 1 minus the symbols that are to be put in, taken out or replaced, as a share of the longer text. */
function spelledShare({ entries: first }: HeldRow, { entries: second }: HeldRow): number {
  const longest = Math.max(first.length, second.length);
  return longest === 0 ? 1 : 1 - editDistance(first, second) / longest;
}

/** @see Wagner and Fischer, The string-to-string correction problem, 1974 */
function editDistance(first: Entries, second: Entries): number {
  let before = Array.from({ length: second.length + 1 }, (_, at) => at);
  for (let row = 1; row <= first.length; row++) {
    const line = [row];
    for (let at = 1; at <= second.length; at++) {
      const replaced = (before[at - 1] ?? 0) + (first[row - 1] === second[at - 1] ? 0 : 1);
      line.push(Math.min(replaced, (before[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1));
    }
    before = line;
  }
  return before[second.length] ?? 0;
}

/**
 * 1 minus the relative error: the squared difference, as a share of how far float32's values lie from their mean. The
 * same as R2 of the form as a prediction of float32.
 */
function explainedShare(float: readonly HeldRow[], form: readonly HeldRow[]): OutputAgreement {
  const means = meansOf(float);
  const errors = new Float64Array(float.length);
  const spreads = new Float64Array(float.length);
  for (const [at, row] of float.entries()) {
    const other = form[at];
    if (other === undefined || !isAlike(row, other)) return { value: 0, low: 0, high: 0 };
    for (let index = 0; index < row.entries.length; index++) {
      const value = Number(row.entries[index]);
      const got = Number(other.entries[index]);
      if (Object.is(value, got)) {
        if (Number.isFinite(value)) spreads[at] = (spreads[at] ?? 0) + (value - meanAt(means, index)) ** 2;
        continue;
      }
      if (!Number.isFinite(got) || !Number.isFinite(value)) return { value: 0, low: 0, high: 0 };
      errors[at] = (errors[at] ?? 0) + (value - got) ** 2;
      spreads[at] = (spreads[at] ?? 0) + (value - meanAt(means, index)) ** 2;
    }
  }
  return shareOf(errors, spreads);
}

function shareOf(errors: Float64Array, spreads: Float64Array): OutputAgreement {
  const [error, spread] = [errors, spreads].map((values) => values.reduce((sum, value) => sum + value, 0)) as [
    number,
    number,
  ];
  if (error === 0) return { value: 1, low: 1, high: 1 };
  if (spread === 0) return { value: 0, low: 0, high: 1 };
  const value = Math.max(0, 1 - error / spread);
  const margin = Z_TWO_SIDED_95 * ratioOfMeans(errors, spreads).standardError;
  return { value, low: Math.max(0, value - margin), high: Math.min(1, value + margin) };
}

/** Mean of every entry over the rows; of all entries where the rows differ in shape or are too few. */
function meansOf(rows: readonly HeldRow[]): Float64Array {
  const size = rows[0]?.entries.length ?? 0;
  const perEntry = rows.length >= FEWEST_FOR_MEANS && rows.every(({ entries }) => entries.length === size);
  const sums = new Float64Array(perEntry ? size : 1);
  let count = 0;
  for (const { entries } of rows) {
    for (let at = 0; at < entries.length; at++) {
      const value = Number(entries[at]);
      const place = perEntry ? at : 0;
      if (Number.isFinite(value)) sums[place] = (sums[place] ?? 0) + value;
    }
    count += entries.length;
  }
  const divisor = perEntry ? rows.length : Math.max(1, count);
  return sums.map((sum) => sum / divisor);
}

const FEWEST_FOR_MEANS = 8;

function meanAt(means: Float64Array, index: number): number {
  return (means.length === 1 ? means[0] : means[index]) ?? 0;
}

function isAlike(first: HeldRow, second: HeldRow): boolean {
  return first.entries.length === second.entries.length && first.dims.length === second.dims.length;
}
