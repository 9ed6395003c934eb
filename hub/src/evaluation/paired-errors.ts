import { studentTails } from './student.ts';

/**
 * Probability of a difference of mean squared errors at least this large between two equally good models, two-sided.
 *
 * The paired t test on the rows' squared errors; 1 with fewer than two rows, or where all rows agree.
 *
 * @param first errors of one model, shape [rows]
 * @param second errors of the other on the same rows
 * @see Diebold and Mariano, Comparing predictive accuracy, 1995, for errors that do not depend on each other
 */
export function pairedErrorsPValue(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const rows = first.length;
  if (rows < 2) return 1;
  const differences = Float64Array.from(first, (error, row) => error ** 2 - (second[row] ?? 0) ** 2);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / rows;
  const spread = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  if (spread === 0) return mean === 0 ? 1 : 0;
  return studentTails(Math.abs(mean) / Math.sqrt(spread / (rows * (rows - 1))), rows - 1);
}
