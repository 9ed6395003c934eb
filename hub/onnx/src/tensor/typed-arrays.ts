import type { ElementType } from './element-type.ts';
import type { TensorData } from './tensor.ts';

/** Element types whose values lie in a typed array: all but texts. */
export type NumberType = Exclude<ElementType, 'string'>;

interface ArrayType<Data> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Data;
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): Data;
}

/** The kind of array that holds each element type. */
export const TYPED_ARRAYS: { readonly [Type in NumberType]: ArrayType<TensorData[Type]> } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Entries that can be written: bigints for 64-bit integers, numbers for everything else. */
export interface Entries {
  readonly length: number;
  [at: number]: number | bigint;
}

/** `count` zeros. */
export function zeros(type: NumberType, count: number): Entries {
  return new TYPED_ARRAYS[type](count) as unknown as Entries;
}
