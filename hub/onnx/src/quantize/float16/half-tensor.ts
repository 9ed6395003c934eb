import { toFloat16Bits } from '../../tensor/float16.ts';
import { type TensorOf, tensor } from '../../tensor/tensor.ts';

/** Largest finite number of float16. */
const LARGEST_HALF = 65504;
/** Smallest number above zero. */
const SMALLEST_HALF: number = 2 ** -24;
/** Below it numbers have fewer than eleven bits. */
const SMALLEST_NORMAL: number = 2 ** -14;

/** Whether all numbers are within float16; infinities are. */
export function isWithinHalf({ data }: TensorOf<'float32'>): boolean {
  return data.every((value) => !(Math.abs(value) > LARGEST_HALF) || Math.abs(value) === Number.POSITIVE_INFINITY);
}

/** Whether the largest number is above zero and so small that float16 would round it to a few bits or to zero. */
export function isBelowHalf({ data }: TensorOf<'float32'>): boolean {
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  return largest > 0 && largest < SMALLEST_NORMAL;
}

/**
 * The numbers in float16, rounded to nearest, ties to even. Those beyond its range become the largest of their sign;
 * those too small the smallest instead of zero, which keeps divisors and logarithms safe.
 */
export function toHalfTensor({ dims, data }: TensorOf<'float32'>): TensorOf<'float16'> {
  return tensor('float16', dims, Uint16Array.from(data, halfBits));
}

function halfBits(value: number): number {
  const size = Math.abs(value);
  if (size > LARGEST_HALF && size !== Number.POSITIVE_INFINITY) return toFloat16Bits(Math.sign(value) * LARGEST_HALF);
  if (size > 0 && size < SMALLEST_HALF) return toFloat16Bits(Math.sign(value) * SMALLEST_HALF);
  return toFloat16Bits(value);
}
