import { elementCount, type TensorOf, tensor } from '../tensor/tensor.ts';

/** Numbers in [0, 1) that repeat for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** float64 values between `low` and `high`. */
export function randomFloat64(random: () => number, dims: readonly number[], low = -1, high = 1): TensorOf<'float64'> {
  const data = Float64Array.from({ length: elementCount(dims) }, () => low + (high - low) * random());
  return tensor('float64', dims, data);
}

/** float32 values between -`spread` and `spread`. */
export function randomFloat32(random: () => number, dims: readonly number[], spread = 1): TensorOf<'float32'> {
  const data = Float32Array.from({ length: elementCount(dims) }, () => spread * (2 * random() - 1));
  return tensor('float32', dims, data);
}
