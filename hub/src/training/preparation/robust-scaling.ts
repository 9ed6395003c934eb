/** (x - center) / scale. */
export interface CommonScale {
  readonly center: number;
  readonly scale: number;
}

// Spread between two quantiles of a normal distribution with deviation 1, innermost first. The first one that is not
// 0 counts: a sensor that mostly reads the same has no quartile distance.
const SPREADS = [
  [0.25, 0.75, 1.349],
  [0.05, 0.95, 3.29],
  [0.01, 0.99, 4.653],
  [0.001, 0.999, 6.18],
  [0, 1, 8],
] as const;

/**
 * Median and a spread in units of a normal distribution's deviation, which wild single readings do not move.
 *
 * @param sorted ascending; of none or a single value the scale is 1
 */
export function robustScaling(sorted: Float32Array): CommonScale {
  const center = quantile(sorted, 0.5);
  for (const [low, high, deviations] of SPREADS) {
    const spread = quantile(sorted, high) - quantile(sorted, low);
    if (spread > 0) return { center, scale: spread / deviations };
  }
  return { center, scale: 1 };
}

/** The value at this share of the sorted ones, always one of them; 0 where there are none. */
export function quantile(sorted: Float32Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}
