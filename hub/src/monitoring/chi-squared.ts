/**
 * Quantile of the chi-squared distribution by Wilson and Hilferty's cube: within 1 % of the tables from 3 degrees of
 * freedom on, within 4 % below.
 *
 * @param degrees degrees of freedom, at least 1
 * @param normalQuantile quantile of the standard normal at the wanted probability, 3.0902 for 0.999
 * @see Wilson, Hilferty 1931, The distribution of chi-square
 */
export function chiSquaredQuantile(degrees: number, normalQuantile: number): number {
  const ninth = 2 / (9 * degrees);
  return degrees * (1 - ninth + normalQuantile * Math.sqrt(ninth)) ** 3;
}
