import { Z_TWO_SIDED_95 } from '../store/metrics/wilson-interval.ts';

/** Halvings of an interval within 0 and 1: more change no double. */
const HALVINGS = 60;

/**
 * 95 % confidence interval of the area under a ROC curve, from how many rows of either kind it was measured on.
 *
 * Like Wilson's interval of a share it asks which areas would give what was measured, so it stays honest with few rows
 * and near 0 and 1. [0, 1] when there are no rows of either kind.
 *
 * @param z normal quantile, for another confidence
 * @see Newcombe, Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2, Statistics
 *   in Medicine 25 (2006), method 5; its variance is that of Hanley and McNeil 1982 with both kinds (m + n) / 2 times
 */
export function rocAucInterval(
  area: number,
  positives: number,
  negatives: number,
  z: number = Z_TWO_SIDED_95,
): { readonly low: number; readonly high: number } {
  if (positives === 0 || negatives === 0) return { low: 0, high: 1 };
  /** Whether `true` lies too far from what was measured. */
  const isOutside = (truth: number): boolean => (area - truth) ** 2 > z ** 2 * varianceOf(truth, positives, negatives);
  return { low: boundary(area, 0, isOutside), high: boundary(area, 1, isOutside) };
}

function varianceOf(area: number, positives: number, negatives: number): number {
  const others = (positives + negatives) / 2 - 1;
  const spread = 1 + (others * (1 - area)) / (2 - area) + (others * area) / (1 + area);
  return (area * (1 - area) * spread) / (positives * negatives);
}

/** The last area between `inside` and `end` that is not outside. */
function boundary(inside: number, end: number, isOutside: (area: number) => boolean): number {
  if (!isOutside(end)) return end;
  let [kept, left] = [inside, end];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (kept + left) / 2;
    if (isOutside(middle)) left = middle;
    else kept = middle;
  }
  return kept;
}
