import { UsageError } from '../errors.ts';
import type { ElementType } from './element-type.ts';

/** Array that holds the values of each element type. Half floats are kept as their 16 bits. */
export interface TensorData {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
  string: readonly string[];
}

/** A value: `data` is row-major and has the product of `dims` entries; `dims` of a scalar is []. */
export type Tensor = { [Type in ElementType]: TensorOf<Type> }[ElementType];

export interface TensorOf<Type extends ElementType> {
  readonly type: Type;
  readonly dims: readonly number[];
  readonly data: TensorData[Type];
}

/** @throws UsageError ARGUMENT_INVALID when the entries do not fill `dims` */
export function tensor<Type extends ElementType>(
  type: Type,
  dims: readonly number[],
  data: TensorData[Type],
): TensorOf<Type> {
  if (data.length !== elementCount(dims)) {
    const message = `Tensor [${dims}] must have ${elementCount(dims)} entries, got ${data.length}`;
    throw new UsageError('ARGUMENT_INVALID', message);
  }
  return { type, dims: [...dims], data };
}

/** A float32 tensor; `dims` defaults to one dimension. */
export function float32(values: Iterable<number>, dims?: readonly number[]): TensorOf<'float32'> {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return tensor('float32', dims ?? [data.length], data);
}

/** An int64 tensor; `dims` defaults to one dimension. */
export function int64(values: Iterable<number | bigint>, dims?: readonly number[]): TensorOf<'int64'> {
  const data = BigInt64Array.from([...values], (value) => BigInt(value));
  return tensor('int64', dims ?? [data.length], data);
}

/** A float32 tensor without dimensions. */
export function scalar(value: number): TensorOf<'float32'> {
  return float32([value], []);
}

/** 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Whether a value is a `Tensor`, judged by its fields. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'type' in value && 'dims' in value && 'data' in value;
}
