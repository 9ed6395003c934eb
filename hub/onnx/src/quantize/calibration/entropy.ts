import type { ValueRange } from '../static/activation-quantization.ts';
import type { Histogram } from './histogram.ts';
import { type LinearBins, linearBins } from './linear-bins.ts';

/** Bins over both signs; the histogram has no finer ones where values are largest. */
const BINS = 1024;
/** Levels that the bins of a range are merged into: 8-bit integers, the two signs together, at half their precision. */
const LEVELS = 128;
/** What a bin without values gets, so that the divergence stays finite. */
const SMOOTHING = 1e-4;
/** Ranges below this share of the largest value cannot be told apart. */
const SMALLEST_RANGE = LEVELS / BINS;
/** Where no more than this share of the values is outside of the smallest range, few outliers hide all others. */
const NEGLIGIBLE_SHARE = 1e-4;

/**
 * The range, as far below as above zero, whose rounded values tell most about the distribution of all values: the least
 * Kullback-Leibler divergence between the distribution clipped to the range and the same merged into 128 levels.
 *
 * Zeros are left out, which ONNX Runtime counts: every range keeps them, and behind a ReLU they would hide all other
 * values. Outliers far beyond all other values count as clipped from the start.
 *
 * @see Migacz 2017, 8-bit Inference with TensorRT; onnxruntime.quantization.calibrate, get_entropy_threshold
 */
export function entropyRange(histogram: Histogram): ValueRange {
  const limit = searchedLimit(histogram);
  if (limit === 0) return { min: 0, max: 0 };
  const bins = linearBins(histogram, limit, BINS);
  const end = Math.min(limit, (leastDivergence(bins) + 1) * bins.width);
  return { min: Math.max(-end, histogram.min), max: Math.min(end, histogram.max) };
}

/** The largest magnitude, or that of the values without negligibly few outliers. */
function searchedLimit(histogram: Histogram): number {
  const sides = [histogram.negative(), histogram.positive()];
  const outside = (limit: number): number =>
    sides.reduce(
      (sum, { low, count }) => sum + count.reduce((all, n, at) => all + ((low[at] ?? 0) >= limit ? n : 0), 0),
      0,
    );
  const negligible = NEGLIGIBLE_SHARE * (histogram.total - histogram.zeros);
  let limit = Math.max(0, ...sides.map(({ high }) => high.at(-1) ?? 0));
  while (limit > 0 && outside(limit * SMALLEST_RANGE) <= negligible) limit /= 2;
  return limit;
}

/** Bins on each side of zero of the range with the least divergence. */
function leastDivergence(bins: LinearBins): number {
  const middle = bins.counts.length / 2;
  let [best, least] = [middle, Number.POSITIVE_INFINITY];
  for (let half = LEVELS / 2; half <= middle; half++) {
    const divergence = divergenceOf(bins, middle - half, Math.min(middle + half + 1, bins.counts.length));
    if (divergence < least) [best, least] = [half, divergence];
  }
  return best;
}

/** Kullback-Leibler divergence of the merged from the clipped distribution, for the bins from `start` to `end`. */
function divergenceOf({ counts, below, above }: LinearBins, start: number, end: number): number {
  const clipped = counts.slice(start, end);
  const merged = mergedLevels(clipped, below + sum(counts, 0, start), above + sum(counts, end, counts.length));
  clipped[0] = (clipped[0] ?? 0) + below + sum(counts, 0, start);
  clipped[clipped.length - 1] = (clipped.at(-1) ?? 0) + above + sum(counts, end, counts.length);
  const [p, q] = [smoothed(clipped), smoothed(merged)];
  if (!p || !q) return Number.POSITIVE_INFINITY;
  const [all, allMerged] = [sum(p, 0, p.length), sum(q, 0, q.length)];
  let divergence = 0;
  for (let bin = 0; bin < p.length; bin++) {
    const share = (p[bin] as number) / all;
    divergence += share * Math.log(share / ((q[bin] as number) / allMerged));
  }
  return divergence;
}

/** Each bin as the mean of its level's bins that hold values; what is left over counts for the last level. */
function mergedLevels(counts: Float64Array, below: number, above: number): Float64Array {
  const merged = new Float64Array(counts.length);
  const perLevel = Math.floor(counts.length / LEVELS);
  const rest = sum(counts, perLevel * LEVELS, counts.length);
  for (let level = 0; level < LEVELS; level++) {
    const [from, to] = [level * perLevel, (level + 1) * perLevel];
    let [values, filled] = [level === LEVELS - 1 ? rest : 0, 0];
    for (let bin = from; bin < to; bin++) {
      values += counts[bin] as number;
      // The outermost bins hold what was clipped, too.
      const clipped = (bin === 0 ? below : 0) + (bin === counts.length - 1 ? above : 0);
      if ((counts[bin] as number) + clipped > 0) filled++;
    }
    if (filled > 0) merged.fill(values / filled, from, to);
  }
  return merged;
}

/** Bins without values get a little of what the others have; `undefined` where no bin has any. */
function smoothed(counts: Float64Array): Float64Array | undefined {
  let filled = 0;
  for (let bin = 0; bin < counts.length; bin++) if ((counts[bin] as number) > 0) filled++;
  if (filled === 0) return undefined;
  const taken = (SMOOTHING * (counts.length - filled)) / filled;
  return counts.map((count) => (count > 0 ? Math.max(count - taken, SMOOTHING) : SMOOTHING));
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at++) total += values[at] as number;
  return total;
}
