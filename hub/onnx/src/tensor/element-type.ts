import { onnx } from '#onnx';

/** Element types whose values this package can read and write. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string';

const { DataType } = onnx.TensorProto;

/** ONNX TensorProto.DataType number of each element type. */
export const DATA_TYPE: Readonly<Record<ElementType, number>> = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  float16: DataType.FLOAT16,
  bfloat16: DataType.BFLOAT16,
  int8: DataType.INT8,
  int16: DataType.INT16,
  int32: DataType.INT32,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  uint16: DataType.UINT16,
  uint32: DataType.UINT32,
  uint64: DataType.UINT64,
  bool: DataType.BOOL,
  string: DataType.STRING,
};

const TYPE_BY_NUMBER = new Map(Object.entries(DATA_TYPE).map(([type, number]) => [number, type as ElementType]));

/** `undefined` for a type that this package only carries, such as complex or 4-bit ones. */
export function elementTypeOf(dataType: number): ElementType | undefined {
  return TYPE_BY_NUMBER.get(dataType);
}

/** The standard's word for any data type, `UNDEFINED` for a number it does not know. */
export function dataTypeName(dataType: number): string {
  return DataType[dataType] ?? 'UNDEFINED';
}

/** Bits per element of every data type of the standard; 0 where elements have no fixed size. */
export function bitsPerElement(dataType: number): number {
  const name = dataTypeName(dataType);
  if (name === 'BOOL') return 8;
  if (name === 'FLOAT') return 32;
  if (name === 'DOUBLE' || name === 'COMPLEX64') return 64;
  if (name === 'COMPLEX128') return 128;
  // The others carry their width in their name: INT64, FLOAT8E4M3FN, UINT4.
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

/** Whether values of the type can have gradients. */
export function isFloatType(type: ElementType): boolean {
  return type === 'float32' || type === 'float64' || type === 'float16' || type === 'bfloat16';
}
