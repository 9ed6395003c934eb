/** Standard normal quantile of 97.5 %. */
const Z_95 = 1.959963984540054;

/**
 * 95 % confidence interval of a share, from `successes` among `trials`; [0, 1] without trials.
 *
 * @see Wilson, Probable inference, the law of succession, and statistical inference, 1927
 */
export function wilsonInterval(successes: number, trials: number): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const squared = Z_95 ** 2 / trials;
  const center = share + squared / 2;
  const margin = Z_95 * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials));
  return {
    low: Math.max(0, (center - margin) / (1 + squared)),
    high: Math.min(1, (center + margin) / (1 + squared)),
  };
}
