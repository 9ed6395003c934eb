import type { Tensor } from '../tensor/tensor.ts';
import { TYPED_ARRAYS } from '../tensor/typed-arrays.ts';

export interface FoldingLimit {
  /** Results above this are stored only where they are no larger than what they are made of. @default DEFAULT_MAX_RESULT_BYTES */
  readonly maxResultBytes?: number;
}

export const DEFAULT_MAX_RESULT_BYTES: number = 2 ** 16;

/** Whether a result may be stored that is made of constants of `madeOfBytes` in total. */
export function isWithin(
  { maxResultBytes = DEFAULT_MAX_RESULT_BYTES }: FoldingLimit,
  value: Tensor,
  madeOfBytes: number,
): boolean {
  return tensorSize(value) <= Math.max(maxResultBytes, madeOfBytes);
}

/** Bytes of a value; a text counts as its length. */
export function tensorSize(value: Tensor): number {
  if (value.type === 'string') return value.data.reduce((sum, text) => sum + text.length, 0);
  return value.data.length * TYPED_ARRAYS[value.type].BYTES_PER_ELEMENT;
}
