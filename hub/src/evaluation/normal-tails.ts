/**
 * Probability that a standard normal variable lies at least `z` from 0, on either side; relative error below 1.2e-7.
 *
 * @param z at least 0
 * @see Press et al., Numerical Recipes, erfcc
 */
export function normalTails(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return Math.min(1, t * Math.exp(-x * x + polynomial));
}
