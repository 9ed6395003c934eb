import type { CategorySettings } from '../../store/recipe/preprocessing.ts';
import { mostFrequent } from './most-frequent.ts';

/** Levels of one column that are told apart, the most frequent first; level i gets the code i + 1. */
export function categoryLevels(values: readonly string[], { minCount, maxLevels }: CategorySettings): string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return mostFrequent(counts, minCount, maxLevels);
}
