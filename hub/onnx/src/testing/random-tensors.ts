import { elementCount, type TensorOf, tensor } from '../tensor/tensor.ts';

export { seededRandom } from '../tensor/seeded-random.ts';

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
