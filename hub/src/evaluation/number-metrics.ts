import type { NumberMetrics } from '../store/metrics/metrics.ts';
import { Z_TWO_SIDED_95 } from '../store/metrics/wilson-interval.ts';
import { studentQuantile } from './student.ts';

/**
 * Figures of predicted numbers against the true ones. Without rows every figure is 0.
 *
 * Where the true values are all the same, r2 is 1 for a perfect prediction and 0 for any other, and nothing is known of
 * it: its interval is [0, 1].
 *
 * @param predicted shape [rows]
 * @param truth shape [rows]
 * @see scikit-learn r2_score, mean_absolute_error
 */
export function numberMetrics(predicted: ArrayLike<number>, truth: Float32Array): NumberMetrics {
  const rows = truth.length;
  if (rows === 0) return { task: 'regression', rows, rmse: 0, mae: 0, r2: 0, r2Low: 0, r2High: 0 };
  const mean = truth.reduce((sum, value) => sum + value, 0) / rows;
  const errors = Float64Array.from(truth, (value, row) => (predicted[row] ?? 0) - value);
  const squared = errors.reduce((sum, error) => sum + error * error, 0);
  const spread = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    task: 'regression',
    rows,
    rmse: Math.sqrt(squared / rows),
    mae: errors.reduce((sum, error) => sum + Math.abs(error), 0) / rows,
    ...(spread === 0 ? unknown(squared) : told(errors, truth, { mean, squared, spread })),
  };
}

type Told = Pick<NumberMetrics, 'r2' | 'r2Low' | 'r2High'>;

function unknown(squared: number): Told {
  return { r2: squared === 0 ? 1 : 0, r2Low: 0, r2High: 1 };
}

interface Sums {
  readonly mean: number;
  readonly squared: number;
  readonly spread: number;
}

/**
 * The untold share of the variance is a ratio of two means over the same rows, so its standard error is that of a ratio
 * estimate, with Student's quantile.
 *
 * @see Cochran, Sampling techniques, 3rd edition 1977, equation 2.46, for an endless population
 */
function told(errors: Float64Array, truth: Float32Array, { mean, squared, spread }: Sums): Told {
  const untold = squared / spread;
  const rows = errors.length;
  const residues = errors.reduce((sum, error, row) => {
    const residue = error * error - untold * ((truth[row] ?? 0) - mean) ** 2;
    return sum + residue * residue;
  }, 0);
  const standardError = Math.sqrt((rows / (rows - 1)) * residues) / spread;
  const margin = studentQuantile(Z_TWO_SIDED_95, rows - 1) * standardError;
  const r2 = 1 - untold;
  return { r2, r2Low: r2 - margin, r2High: Math.min(1, r2 + margin) };
}
