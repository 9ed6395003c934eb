import Long from 'long';
import { newValueInfo, type ValueInfo } from '../format/messages.ts';
import { DATA_TYPE, type ElementType, elementTypeOf } from '../tensor/element-type.ts';

/** A size, a symbol such as `batch`, or unknown. */
export type Dim = number | string | undefined;

/** Type of a tensor value. `dims` undefined: not even the number of dimensions is known. */
export interface ValueType {
  readonly type: ElementType | undefined;
  readonly dims: readonly Dim[] | undefined;
}

/** The declaration of a tensor value. */
export function toValueInfo(name: string, value: ValueType): ValueInfo {
  const elemType = value.type ? DATA_TYPE[value.type] : 0;
  const shape = value.dims ? { shape: { dim: value.dims.map(toDimension) } } : {};
  return newValueInfo({ name, type: { tensorType: { elemType, ...shape } } });
}

function toDimension(dim: Dim): { dimValue?: Long; dimParam?: string } {
  if (dim === undefined) return {};
  return typeof dim === 'number' ? { dimValue: Long.fromNumber(dim) } : { dimParam: dim };
}

/** Type of a declared value; both parts are undefined for sequences, maps and other non-tensors. */
export function valueTypeOf(info: ValueInfo): ValueType {
  const tensorType = info.type?.tensorType;
  const dims = tensorType?.shape?.dim?.map((dim): Dim => dim.dimValue?.toNumber() ?? (dim.dimParam || undefined));
  return { type: elementTypeOf(tensorType?.elemType ?? 0), dims };
}
