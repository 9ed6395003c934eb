import { halfBits, halfValue } from '../../../half.ts';
import type { TensorRow } from '../../../reading.ts';

// Open Inference Protocol v2, "Tensor Data Types".
const DATATYPE_OF: Readonly<Record<string, string>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  double: 'FP64',
  string: 'BYTES',
};

interface Element {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
  write(view: DataView, offset: number, value: number): void;
}

// Binary tensor data is little endian on every machine.
const ELEMENTS: Readonly<Record<string, Element>> = {
  BOOL: element(
    1,
    (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
    (view, at, value) => view.setUint8(at, value),
  ),
  UINT8: element(
    1,
    (view, at) => view.getUint8(at),
    (view, at, value) => view.setUint8(at, value),
  ),
  UINT16: element(
    2,
    (view, at) => view.getUint16(at, true),
    (view, at, value) => view.setUint16(at, value, true),
  ),
  UINT32: element(
    4,
    (view, at) => view.getUint32(at, true),
    (view, at, value) => view.setUint32(at, value, true),
  ),
  UINT64: element(
    8,
    (view, at) => Number(view.getBigUint64(at, true)),
    (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  ),
  INT8: element(
    1,
    (view, at) => view.getInt8(at),
    (view, at, value) => view.setInt8(at, value),
  ),
  INT16: element(
    2,
    (view, at) => view.getInt16(at, true),
    (view, at, value) => view.setInt16(at, value, true),
  ),
  INT32: element(
    4,
    (view, at) => view.getInt32(at, true),
    (view, at, value) => view.setInt32(at, value, true),
  ),
  INT64: element(
    8,
    (view, at) => Number(view.getBigInt64(at, true)),
    (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  ),
  FP16: element(
    2,
    (view, at) => halfValue(view.getUint16(at, true)),
    (view, at, value) => view.setUint16(at, halfBits(value), true),
  ),
  FP32: element(
    4,
    (view, at) => view.getFloat32(at, true),
    (view, at, value) => view.setFloat32(at, value, true),
  ),
  FP64: element(
    8,
    (view, at) => view.getFloat64(at, true),
    (view, at, value) => view.setFloat64(at, value, true),
  ),
};

function element(bytes: number, read: Element['read'], write: Element['write']): Element {
  return { bytes, read, write };
}

/** The protocol's word for an element type. */
export function datatypeOf(elementType: string): string {
  return DATATYPE_OF[elementType] ?? elementType.toUpperCase();
}

/** Whether the protocol has such a type and this server reads it. */
export function isDatatype(datatype: string): boolean {
  return datatype === 'BYTES' || Object.hasOwn(ELEMENTS, datatype);
}

/** Bytes of one element; undefined for BYTES, whose elements differ. */
export function elementBytes(datatype: string): number | undefined {
  return ELEMENTS[datatype]?.bytes;
}

/** Numbers of a binary tensor. UINT8 is not copied. @param bytes as many as whole elements take */
export function readNumbers(datatype: string, bytes: Uint8Array): ArrayLike<number> {
  if (datatype === 'UINT8') return bytes;
  const { bytes: width, read } = ELEMENTS[datatype] as Element;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / width }, (_, index) => read(view, index * width));
}

/** Elements of a binary BYTES tensor: each behind its length, 4 bytes; undefined when the lengths do not fit. */
export function readTexts(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) return undefined;
    elements.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return elements;
}

/** A binary tensor of these elements. */
export function writeBinary(datatype: string, values: ArrayLike<number | string>): Buffer {
  if (datatype === 'BYTES') return Buffer.concat(Array.from(values, lengthAndText));
  const { bytes: width, write } = ELEMENTS[datatype] as Element;
  const bytes = Buffer.alloc(values.length * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < values.length; index++) write(view, index * width, Number(values[index]));
  return bytes;
}

/** Row `row` of a batch, whose rows have `dims`. */
export function sliceRow(values: TensorRow['values'], dims: readonly number[], row: number): TensorRow {
  const width = dims.reduce((product, dim) => product * dim, 1);
  const [start, end] = [row * width, (row + 1) * width];
  if (values instanceof Uint8Array || values instanceof Float64Array)
    return { dims, values: values.subarray(start, end) };
  return { dims, values: Array.prototype.slice.call(values, start, end) as number[] };
}

function lengthAndText(value: number | string): Buffer {
  const text = Buffer.from(String(value));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text]);
}
