import { ProtocolUsageError } from '../errors.ts';

/** What `binIndex` and `levelIndex` return for a value that is not there. */
export const MISSING_BIN: number = -1;

/** Readings beyond this count as missing: their squares would leave the range of a double. */
export const LARGEST_READING: number = 1e100;

/**
 * Bin of `x` among (-inf, e0), [e0, e1), ..., [en, +inf), from 0 to `edges.length`.
 *
 * MISSING_BIN for NaN, infinities and anything beyond LARGEST_READING, so that every counted value has moments too.
 *
 * @param edges inner edges, strictly ascending
 */
export function binIndex(edges: ArrayLike<number>, x: number): number {
  if (!(Math.abs(x) <= LARGEST_READING)) return MISSING_BIN;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < (edges[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Place of `value` among `levels`; `levels.length` for any other level, MISSING_BIN for null and undefined. */
export function levelIndex(levels: readonly string[], value: string | number | null | undefined): number {
  if (value === null || value === undefined) return MISSING_BIN;
  const index = levels.indexOf(String(value));
  return index === -1 ? levels.length : index;
}

/**
 * Inner edges, strictly ascending, that cut `values` into at most `binCount` bins of about equal count.
 *
 * Every edge is one of the values, so values that occur often get a bin of their own and edges fall together to
 * fewer bins. When the largest value is an edge and a bin is left, the values above it get that bin: a constant
 * feature then shows a shift to either side. Missing values are ignored; none at all give no edges.
 *
 * @throws ProtocolUsageError INVALID_INPUT when `binCount` is not a positive integer
 */
export function quantileEdges(values: Iterable<number>, binCount: number): number[] {
  if (!Number.isInteger(binCount) || binCount < 1) {
    throw new ProtocolUsageError('INVALID_INPUT', `binCount must be a positive integer, got ${binCount}`);
  }
  const sorted = Float64Array.from([...values].filter((value) => binIndex([], value) !== MISSING_BIN)).sort();
  const edges: number[] = [];
  for (let cut = 1; cut < binCount; cut++) {
    // Adding 0 turns -0, which sorts before 0 but is not below it, into 0.
    const edge = (sorted[Math.floor((cut * sorted.length) / binCount)] ?? Number.NaN) + 0;
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  const largest = sorted.at(-1);
  if (largest !== undefined && edges.at(-1) === largest && edges.length < binCount - 1) edges.push(nextUp(largest));
  return edges;
}

/** The smallest double above `x`. */
function nextUp(x: number): number {
  if (x === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = x;
  // IEEE 754: doubles of one sign are ordered as their bits are.
  bits[0] = (bits[0] ?? 0n) + (x > 0 ? 1n : -1n);
  return double[0] ?? x;
}
