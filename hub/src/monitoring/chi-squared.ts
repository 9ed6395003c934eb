/**
 * Quantile of the chi-squared distribution by Wilson and Hilferty's cube. At 0.999 it is never below the exact one,
 * and above it by 3.1 % at 1 degree of freedom, 1.8 % at 3, 0.3 % at 20.
 *
 * @param degrees degrees of freedom, at least 1
 * @param normalQuantile quantile of the standard normal at the wanted probability, 3.0902 for 0.999
 * @see Wilson, Hilferty 1931, The distribution of chi-square
 */
export function chiSquaredQuantile(degrees: number, normalQuantile: number): number {
  const ninth = 2 / (9 * degrees);
  return degrees * (1 - ninth + normalQuantile * Math.sqrt(ninth)) ** 3;
}
