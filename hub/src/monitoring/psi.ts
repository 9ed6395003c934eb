import { RequestError } from '../errors.ts';
import { chiSquaredQuantile } from './chi-squared.ts';

/** Standard normal quantile of 0.999: one comparison in a thousand without drift passes the noise bound. */
const NORMAL_0_999 = 3.0902;

/**
 * Population stability index between two histograms of one feature: sum of (c - r) ln(c / r) over the bins' shares.
 *
 * 0 means equal. Counts become shares; empty bins count as `floorShare`.
 *
 * @param reference counts per bin, shape [bins]
 * @param current counts in the same bins
 * @returns 0 when either holds nothing
 * @throws RequestError INVALID_INPUT when the numbers of bins differ
 * @see Siddiqi 2006, Credit Risk Scorecards; Evidently's default for empty bins is 0.0001
 */
export function populationStabilityIndex(
  reference: readonly number[],
  current: readonly number[],
  floorShare = 1e-4,
): number {
  if (reference.length !== current.length) {
    throw new RequestError('INVALID_INPUT', `expected ${reference.length} bins, got ${current.length}`);
  }
  const referenceTotal = total(reference);
  const currentTotal = total(current);
  if (referenceTotal === 0 || currentTotal === 0) return 0;
  return reference.reduce((sum, count, bin) => {
    const r = Math.max(count / referenceTotal, floorShare);
    const c = Math.max((current[bin] ?? 0) / currentTotal, floorShare);
    return sum + (c - r) * Math.log(c / r);
  }, 0);
}

/**
 * What the index reaches by chance alone: without drift it is about (1/n + 1/m) times a chi-squared variable with
 * bins - 1 degrees of freedom, so its mean is about (bins - 1) (1/n + 1/m). Its 0.999 quantile.
 *
 * Holds for independent readings and some 15 of them per bin; with fewer, chance passes it in 1 to 4 of 100
 * comparisons, which is why the bound never stands alone: the thresholds of practice must be passed too.
 *
 * @param bins bins that hold anything in either histogram
 * @see Yurdakul, Naranjo 2020, Statistical properties of the population stability index, equation 2.5
 */
export function psiNoiseBound(referenceRows: number, currentRows: number, bins: number): number {
  if (bins < 2 || referenceRows === 0 || currentRows === 0) return 0;
  return (1 / referenceRows + 1 / currentRows) * chiSquaredQuantile(bins - 1, NORMAL_0_999);
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
