import type { ClassFigures } from './metrics.ts';

/**
 * Precision, recall and F1 of every class, in the order of the classes; 0 where they are not defined.
 *
 * @param confusion [true class][predicted class]
 * @see scikit-learn precision_recall_fscore_support, zero_division 0
 */
export function classFigures(confusion: readonly (readonly number[])[]): readonly ClassFigures[] {
  return confusion.map((counts, index) => {
    const right = counts[index] ?? 0;
    const rows = counts.reduce((sum, count) => sum + count, 0);
    const called = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0);
    return {
      rows,
      precision: called === 0 ? 0 : right / called,
      recall: rows === 0 ? 0 : right / rows,
      f1: rows + called === 0 ? 0 : (2 * right) / (rows + called),
    };
  });
}
