import type { TableRows } from '../fine-tuning/table-rows.ts';
import { robustScaling } from './robust-scaling.ts';

/** How one feature is brought to a common scale: missing -> fill, then (x - center) / scale. */
export interface FeatureScaling {
  readonly fill: number;
  readonly center: number;
  readonly scale: number;
}

/** Scaling of every feature by median and quantiles, which wild single readings do not move. */
export function featureScaling(rows: Pick<TableRows, 'rows' | 'features' | 'values'>): readonly FeatureScaling[] {
  return rows.features.map((_, feature) => {
    const column = new Float32Array(rows.rows);
    for (let row = 0; row < rows.rows; row++) column[row] = rows.values[row * rows.features.length + feature] ?? 0;
    const { center, scale } = robustScaling(column.filter((value) => !Number.isNaN(value)).sort());
    return { fill: center, center, scale };
  });
}
