import { normalTails } from './normal-tails.ts';

/** Up to this many rows on which only one of two models is right, the exact test is used. */
export const LARGEST_EXACT = 1_000;

/**
 * Probability of a difference at least this large between two equally good models, two-sided.
 *
 * Exact binomial up to LARGEST_EXACT differing rows; above, the normal approximation with continuity correction.
 *
 * @param onlyFirst rows only the first model got right
 * @param onlySecond rows only the second model got right
 * @see McNemar, Note on the sampling error of the difference between correlated proportions or percentages, 1947
 */
export function mcnemarPValue(onlyFirst: number, onlySecond: number): number {
  const differing = onlyFirst + onlySecond;
  if (differing === 0) return 1;
  if (differing <= LARGEST_EXACT) return exactPValue(Math.min(onlyFirst, onlySecond), differing);
  const statistic = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) / Math.sqrt(differing);
  return normalTails(statistic);
}

/** Twice the lower tail of the binomial distribution with share 1/2. */
function exactPValue(fewer: number, trials: number): number {
  let logTerm = -trials * Math.LN2;
  let tail = 0;
  for (let successes = 0; successes <= fewer; successes++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((trials - successes) / (successes + 1));
  }
  return Math.min(1, 2 * tail);
}
