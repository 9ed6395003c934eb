import { normalTails } from './normal-tails.ts';

/**
 * Probability that a variable with Student's t distribution lies at least this far from 0, on either side.
 *
 * @param degrees degrees of freedom, at least 1
 * @see Wallace, Bounds on normal approximations to Student's and the chi-square distributions, 1959, section 3: as a
 *   normal quantile of up to 3 it is low by 0.2 % at 10 degrees, 1 % at 4, 10 % at 1, so the probability is too high
 */
export function studentTails(t: number, degrees: number): number {
  return normalTails(Math.sqrt(degrees * Math.log1p(t ** 2 / degrees)) / correctionOf(degrees));
}

/** Quantile of Student's t distribution, from the normal quantile of the same probability; inverse of `studentTails`. */
export function studentQuantile(z: number, degrees: number): number {
  return Math.sign(z) * Math.sqrt(degrees * Math.expm1((z * correctionOf(degrees)) ** 2 / degrees));
}

function correctionOf(degrees: number): number {
  return (8 * degrees + 3) / (8 * degrees + 1);
}
