import type { SeededRandom } from '../seeded-random.ts';

/**
 * Uniform first weights: by He in front of a ReLU, where `outputs` is 0, else by Glorot.
 *
 * @param inputs values that one unit reads
 */
export function drawnWeights(random: SeededRandom, count: number, inputs: number, outputs = 0): Float32Array {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: count }, () => (random.next() * 2 - 1) * limit);
}
