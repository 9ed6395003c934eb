import {
  addToMoments,
  binIndex,
  emptyMoments,
  type FeatureReference,
  levelIndex,
  MISSING_BIN,
  quantileEdges,
} from '@edgeloop/protocol';
import type { CategoryReferenceColumn, NumberReferenceColumn, ReferenceColumn } from './reference-columns.ts';

/**
 * Bins per feature. With n readings a window's PSI without any drift is about (bins - 1) / n: ten bins keep it below
 * the usual threshold of 0.1 from a hundred readings on.
 */
const FEATURE_BINS = 10;

/** Levels of a category with a bin of their own, the most frequent ones; all others share one. */
const MOST_LEVELS = 20;

/** Histogram of one feature, in the bins that devices count in. */
export function featureReference(column: ReferenceColumn): FeatureReference {
  return column.kind === 'category' ? categoryReference(column) : numberReference(column);
}

function numberReference({ kind, name, values }: NumberReferenceColumn): FeatureReference {
  const edges = quantileEdges(values, FEATURE_BINS);
  const bins = new Array<number>(edges.length + 1).fill(0);
  const moments = emptyMoments();
  let missing = 0;
  for (const value of values) {
    const bin = binIndex(edges, value);
    if (bin === MISSING_BIN) {
      missing++;
      continue;
    }
    bins[bin] = (bins[bin] ?? 0) + 1;
    addToMoments(moments, value);
  }
  const { min, max, mean, m2 } = moments;
  return { name, kind, edges, levels: [], bins, missing, min, max, mean, m2 };
}

function categoryReference({ name, values }: CategoryReferenceColumn): FeatureReference {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const missing = counts.get('') ?? 0;
  counts.delete('');
  const levels = [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, MOST_LEVELS)
    .map(([level]) => level);
  const bins = new Array<number>(levels.length + 1).fill(0);
  for (const [level, count] of counts) {
    const bin = levelIndex(levels, level);
    bins[bin] = (bins[bin] ?? 0) + count;
  }
  return { name, kind: 'category', edges: [], levels, bins, missing, min: 0, max: 0, mean: 0, m2: 0 };
}
