/** Standard normal quantile of 97.5 %: an interval that holds the true share 95 times in 100. */
export const Z_TWO_SIDED_95 = 1.959963984540054;
/** Standard normal quantile of 95 %: a bound that the true share lies above 95 times in 100. */
export const Z_ONE_SIDED_95 = 1.6448536269514722;

/**
 * 95 % confidence interval of a share, from `successes` among `trials`; [0, 1] without trials.
 *
 * @param z normal quantile, for another confidence
 * @see Wilson, Probable inference, the law of succession, and statistical inference, 1927
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  z: number = Z_TWO_SIDED_95,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const squared = z ** 2 / trials;
  const center = share + squared / 2;
  const margin = z * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials));
  return {
    low: Math.max(0, (center - margin) / (1 + squared)),
    high: Math.min(1, (center + margin) / (1 + squared)),
  };
}
