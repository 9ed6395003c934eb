import type { LabelledRows } from '../store/labelled-rows.ts';

/** How one feature is brought to a common scale: missing -> fill, then (x - center) / scale. */
export interface FeatureScaling {
  readonly fill: number;
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
 * Scaling of every feature by median and quantiles, which wild single readings do not move.
 *
 * A feature without values, or with a single one, has scale 1.
 */
export function featureScaling(rows: LabelledRows): readonly FeatureScaling[] {
  return rows.features.map((_, feature) => {
    const column = new Float32Array(rows.rows);
    for (let row = 0; row < rows.rows; row++) column[row] = rows.values[row * rows.features.length + feature] ?? 0;
    return scalingOf(column.filter((value) => !Number.isNaN(value)).sort());
  });
}

function scalingOf(sorted: Float32Array): FeatureScaling {
  const center = quantile(sorted, 0.5);
  for (const [low, high, deviations] of SPREADS) {
    const spread = quantile(sorted, high) - quantile(sorted, low);
    if (spread > 0) return { fill: center, center, scale: spread / deviations };
  }
  return { fill: center, center, scale: 1 };
}

function quantile(sorted: Float32Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}
