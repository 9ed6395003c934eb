import type { TensorProto } from '../format/messages.ts';
import { bitsPerElement, dataTypeName } from './element-type.ts';
import { elementCount } from './tensor.ts';

/** Number of entries that a constant's dimensions ask for. */
export function entryCount({ dims }: TensorProto): number {
  return elementCount(dims.map(Number));
}

/** Bytes of a constant's values as raw data; the bytes of all its texts for strings. */
export function tensorBytes(proto: TensorProto): number {
  const dataType = proto.dataType ?? 0;
  if (dataTypeName(dataType) === 'STRING') return proto.stringData.reduce((total, text) => total + text.length, 0);
  return Math.ceil((entryCount(proto) * bitsPerElement(dataType)) / 8);
}
