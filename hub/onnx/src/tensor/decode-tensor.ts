import { ModelError } from '../errors.ts';
import type { TensorProto } from '../format/messages.ts';
import { dataTypeName, type ElementType, elementTypeOf } from './element-type.ts';
import { isBigEndian, swapBytes } from './encode-tensor.ts';
import { externalFileOf, hasExternalData } from './external-data.ts';
import { elementCount, type Tensor, type TensorData } from './tensor.ts';
import { type NumberType, TYPED_ARRAYS } from './typed-arrays.ts';

const UTF8 = new TextDecoder();

/**
 * The values of a constant, copied out of the file. `resolveExternalData` brings those of other files into the model.
 *
 * @throws ModelError EXTERNAL_DATA, TENSOR_TYPE_UNSUPPORTED, TENSOR_MALFORMED
 */
export function decodeTensor(proto: TensorProto): Tensor {
  return decoded(proto, dataOf);
}

/**
 * The values of a float32 constant as `decodeTensor` gives them, but as the model's own memory where that is an array
 * by itself: large weights are not there twice. Other types are copied.
 *
 * @throws as `decodeTensor`
 */
export function sharedTensor(proto: TensorProto): Tensor {
  return decoded(proto, (type) => {
    const { rawData } = proto;
    const isWhole = rawData != null && rawData.byteLength === rawData.buffer.byteLength;
    if (!isWhole || type !== 'float32' || rawData.byteLength % 4 !== 0 || isBigEndian()) return dataOf(type, proto);
    return new Float32Array(rawData.buffer);
  });
}

/**
 * Type and shape of a constant, without its values.
 *
 * @throws ModelError EXTERNAL_DATA, TENSOR_TYPE_UNSUPPORTED
 */
export function tensorType(proto: TensorProto): { readonly type: ElementType; readonly dims: number[] } {
  const name = proto.name ?? '';
  const place = { place: { value: name } };
  if (hasExternalData(proto)) {
    const message = `Tensor ${name} must be inside the model file, got a reference to ${externalFileOf(proto)}`;
    throw new ModelError('EXTERNAL_DATA', message, place);
  }
  const type = elementTypeOf(proto.dataType ?? 0);
  if (!type) {
    const message = `Tensor ${name} must have a supported element type, got ${dataTypeName(proto.dataType ?? 0)}`;
    throw new ModelError('TENSOR_TYPE_UNSUPPORTED', message, place);
  }
  return { type, dims: proto.dims.map((dim) => dim.toNumber()) };
}

type Read = (type: ElementType, proto: TensorProto) => TensorData[ElementType];

function decoded(proto: TensorProto, read: Read): Tensor {
  const { type, dims } = tensorType(proto);
  const data = read(type, proto);
  if (data.length !== elementCount(dims) || dims.some((dim) => dim < 0)) {
    const name = proto.name ?? '';
    const message = `Tensor ${name} [${dims}] must have ${elementCount(dims)} entries, got ${data.length}`;
    throw new ModelError('TENSOR_MALFORMED', message, { place: { value: name } });
  }
  return { type, dims, data } as Tensor;
}

function dataOf(type: ElementType, proto: TensorProto): TensorData[ElementType] {
  if (type === 'string') return proto.stringData.map((bytes) => UTF8.decode(bytes));
  return proto.rawData == null ? fromTypedField(type, proto) : fromRawData(type, proto.rawData, proto.name ?? '');
}

function fromRawData(type: NumberType, raw: Uint8Array, name: string): TensorData[ElementType] {
  const array = TYPED_ARRAYS[type];
  if (raw.length % array.BYTES_PER_ELEMENT !== 0) {
    const message = `Tensor ${name} must have whole ${type} entries, got ${raw.length} bytes`;
    throw new ModelError('TENSOR_MALFORMED', message, { place: { value: name } });
  }
  // A copy, because the bytes of a file are not aligned for typed arrays.
  const bytes = new Uint8Array(raw);
  if (isBigEndian()) swapBytes(bytes, array.BYTES_PER_ELEMENT);
  return new array(bytes.buffer);
}

// ONNX TensorProto: narrow integers, bool and half floats travel in int32_data, uint32 in uint64_data.
function fromTypedField(type: NumberType, proto: TensorProto): TensorData[ElementType] {
  switch (type) {
    case 'float32':
      return Float32Array.from(proto.floatData);
    case 'float64':
      return Float64Array.from(proto.doubleData);
    case 'int64':
      return BigInt64Array.from(proto.int64Data, (value) => value.toBigInt());
    case 'uint64':
      return BigUint64Array.from(proto.uint64Data, (value) => value.toBigInt());
    case 'uint32':
      return Uint32Array.from(proto.uint64Data, (value) => value.toNumber());
    case 'int32':
      return Int32Array.from(proto.int32Data);
    case 'int16':
      return Int16Array.from(proto.int32Data);
    case 'int8':
      return Int8Array.from(proto.int32Data);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(proto.int32Data);
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return Uint16Array.from(proto.int32Data);
  }
}
