import type { Bins, Histogram } from './histogram.ts';

/** Counts of values in bins of one width over -limit..limit. */
export interface LinearBins {
  /** [bin], an even number of them: zero is the lower end of the bin in the middle. */
  readonly counts: Float64Array;
  readonly width: number;
  /** Values below -limit, and above limit. */
  readonly below: number;
  readonly above: number;
}

/**
 * The values of a histogram but for the zeros, in bins of one width: spread evenly where a bin of the histogram lies in
 * several of them.
 */
export function linearBins(histogram: Histogram, limit: number, bins: number): LinearBins {
  const counts = new Float64Array(bins);
  const width = (2 * limit) / bins;
  const middle = bins / 2;
  const above = spread(histogram.positive(), width, middle, (bin, values) => {
    counts[middle + bin] = (counts[middle + bin] ?? 0) + values;
  });
  const below = spread(histogram.negative(), width, middle, (bin, values) => {
    counts[middle - 1 - bin] = (counts[middle - 1 - bin] ?? 0) + values;
  });
  return { counts, width, below, above };
}

/** Hands out the values of a sign to bins of its own, counted from zero; returns how many lie beyond the last. */
function spread(
  { low, high, count }: Bins,
  width: number,
  bins: number,
  add: (bin: number, values: number) => void,
): number {
  const limit = bins * width;
  let beyond = 0;
  for (const [at, values] of count.entries()) {
    const [from = 0, to = 0] = [low[at], high[at]];
    if (from >= limit && to > limit) {
      beyond += values;
      continue;
    }
    const [first, last] = [from, Math.min(to, limit)].map((edge) => Math.min(bins - 1, Math.floor(edge / width)));
    const perUnit = to > from ? values / (to - from) : 0;
    for (let bin = first ?? 0; bin <= (last ?? 0); bin++) {
      const share = Math.min(to, (bin + 1) * width) - Math.max(from, bin * width);
      add(bin, first === last && to <= limit ? values : perUnit * Math.max(0, share));
    }
    beyond += to > limit ? perUnit * (to - limit) : 0;
  }
  return beyond;
}
