import { plainText } from '@edgeloop/protocol';
import * as ort from 'onnxruntime-node';
import { OutsideError } from '../errors.ts';
import { halfBits, halfValue } from '../half.ts';
import type { OutputTensor } from './output-reader.ts';

/** Row-major elements of a tensor. */
export type Elements = ArrayLike<number> | ArrayLike<bigint> | readonly string[];

type NumericArray = ort.Tensor.DataTypeMap[ort.Tensor.Type];

interface ElementArray {
  [index: number]: unknown;
  readonly BYTES_PER_ELEMENT: number;
}

const ARRAY_OF: Readonly<Record<string, new (source: number | ArrayBuffer) => ElementArray>> = {
  // ONNX Runtime takes half precision as its bits.
  float16: Uint16Array,
  float32: Float32Array,
  double: Float64Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

const ELEMENT_OF: Readonly<Record<string, (value: unknown) => unknown>> = {
  float16: (value) => halfBits(Number(value)),
  int64: (value) => BigInt(value as number),
  uint64: (value) => BigInt(value as number),
};

/** A tensor of these rows, one behind the other. @throws OutsideError MODEL_SIGNATURE_MISMATCH for an unknown type */
export function makeTensor(elementType: string, rows: readonly Elements[], dims: readonly number[]): ort.Tensor {
  if (elementType === 'string') {
    const texts = rows.flatMap((row) => (row as readonly string[]).map(plainText));
    return new ort.Tensor('string', texts, dims);
  }
  const array = new (arrayTypeOf(elementType))(rows.reduce((count, row) => count + row.length, 0));
  let next = 0;
  for (const row of rows) {
    fill(array, next, row, ELEMENT_OF[elementType]);
    next += row.length;
  }
  const type = elementType === 'double' ? 'float64' : elementType;
  return new ort.Tensor(type as ort.Tensor.Type, array as unknown as NumericArray, dims);
}

/** Elements of a tensor as the protocol carries it: row-major, little endian. @throws OutsideError MALFORMED_MESSAGE */
export function readElements(elementType: string, data: Uint8Array, strings: readonly string[]): Elements {
  if (elementType === 'string') return strings;
  const ArrayType = arrayTypeOf(elementType);
  const { BYTES_PER_ELEMENT: width } = new ArrayType(0);
  if (data.length % width !== 0) {
    throw new OutsideError('MALFORMED_MESSAGE', `tensor: ${data.length} bytes are no whole ${elementType} elements`);
  }
  const elements = new ArrayType(new Uint8Array(data).buffer) as unknown as ArrayLike<number>;
  return elementType === 'float16' ? Array.from(elements, halfValue) : elements;
}

/** An output of ONNX Runtime; half precision as numbers. */
export function readOutput({ type, dims, data }: ort.Tensor): OutputTensor {
  if (type === 'float16') return { dims, data: Array.from(data as Uint16Array, halfValue) };
  return { dims, data: data as OutputTensor['data'] };
}

function fill(array: ElementArray, start: number, row: Elements, element?: (value: unknown) => unknown): void {
  if (element === undefined) (array as unknown as Float64Array).set(row as ArrayLike<number>, start);
  else for (let index = 0; index < row.length; index++) array[start + index] = element(row[index]);
}

function arrayTypeOf(elementType: string): new (source: number | ArrayBuffer) => ElementArray {
  const found = Object.hasOwn(ARRAY_OF, elementType) ? ARRAY_OF[elementType] : undefined;
  if (found !== undefined) return found;
  throw new OutsideError(
    'MODEL_SIGNATURE_MISMATCH',
    `expected a known element type, got ${JSON.stringify(elementType)}`,
  );
}
