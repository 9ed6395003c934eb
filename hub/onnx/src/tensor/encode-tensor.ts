import Long from 'long';
import { newTensorProto, type TensorProto } from '../format/messages.ts';
import { DATA_TYPE } from './element-type.ts';
import type { Tensor } from './tensor.ts';

const UTF8 = new TextEncoder();

/** The constant of a model that holds `tensor`, little endian in `raw_data`. Copies the values. */
export function encodeTensor(name: string, tensor: Tensor): TensorProto {
  const common = {
    name,
    dataType: DATA_TYPE[tensor.type],
    dims: tensor.dims.map((dim) => Long.fromNumber(dim)),
  };
  if (tensor.type === 'string') {
    return newTensorProto({ ...common, stringData: tensor.data.map((text) => UTF8.encode(text)) });
  }
  return newTensorProto({ ...common, rawData: littleEndianBytes(tensor.data) });
}

/** A copy of the bytes of a typed array in the order of ONNX files. */
export function littleEndianBytes(data: ArrayBufferView & { BYTES_PER_ELEMENT: number }): Uint8Array {
  const bytes = new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return isBigEndian() ? swapBytes(bytes, data.BYTES_PER_ELEMENT) : bytes;
}

/** Whether typed arrays on this machine have their high bytes first. */
export function isBigEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;
}

/** Reverses every group of `width` bytes in place. */
export function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}
