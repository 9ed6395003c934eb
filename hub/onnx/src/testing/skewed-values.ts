import { seededRandom } from '../tensor/seeded-random.ts';

/** Shapes that activations have: around zero, with long tails, behind a ReLU, behind a GELU, with one outlier. */
export type Distribution = 'normal' | 'laplace' | 'relu' | 'gelu' | 'outlier';

export const DISTRIBUTIONS: readonly Distribution[] = ['normal', 'laplace', 'relu', 'gelu', 'outlier'];

/** float32 values of a distribution with standard deviation near 1. */
export function skewedValues(distribution: Distribution, count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const values = Float32Array.from({ length: count }, () => shaped(distribution, random));
  if (distribution === 'outlier') values[Math.floor(count / 2)] = 1000;
  return values;
}

function shaped(distribution: Distribution, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  switch (distribution) {
    case 'laplace':
      return Math.sign(normal) * -Math.log(1 - random());
    case 'relu':
      return Math.max(0, normal);
    case 'gelu':
      return normal / (1 + Math.exp(-1.702 * normal));
    default:
      return normal;
  }
}
