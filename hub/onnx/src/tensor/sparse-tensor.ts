import { ModelError } from '../errors.ts';
import type { SparseTensorProto } from '../format/messages.ts';
import { decodeTensor } from './decode-tensor.ts';
import { elementCount, type Tensor, type TensorOf } from './tensor.ts';
import { zeros } from './typed-arrays.ts';

/**
 * A sparse constant with its zeros written out, [dims].
 *
 * @throws ModelError TENSOR_MALFORMED when the parts do not fit together
 * @throws ModelError TENSOR_TYPE_UNSUPPORTED for texts, which have no zero
 * @throws ModelError EXTERNAL_DATA
 * @see ONNX SparseTensorProto: values [count], indices [count] into the flat tensor or [count, rank]
 */
export function decodeSparseTensor(proto: SparseTensorProto): Tensor {
  const name = sparseName(proto);
  if (!proto.values || !proto.indices) throw malformed(name, 'must have values and indices', 'only one of them');
  const values = decodeTensor(proto.values);
  if (values.type === 'string') {
    const message = `Sparse tensor ${name} must hold numbers, got string`;
    throw new ModelError('TENSOR_TYPE_UNSUPPORTED', message, { place: { value: name } });
  }
  const indices = decodeTensor(proto.indices);
  if (indices.type !== 'int64') throw malformed(name, 'must have int64 indices', indices.type);
  const dims = proto.dims.map(Number);
  const offsets = offsetsOf(name, indices, dims, values.data.length);
  const data = zeros(values.type, elementCount(dims));
  for (const [at, offset] of offsets.entries()) data[offset] = values.data[at] ?? 0;
  return { type: values.type, dims, data } as unknown as Tensor;
}

/** A sparse tensor is called like its values. */
export function sparseName({ values }: SparseTensorProto): string {
  return values?.name ?? '';
}

/** Position in the flat tensor of each value; they must rise, so that no entry is given twice. */
function offsetsOf(name: string, indices: TensorOf<'int64'>, dims: readonly number[], count: number): number[] {
  const isFlat = indices.dims.length === 1;
  const isFitting = isFlat || (indices.dims.length === 2 && indices.dims[1] === dims.length);
  if (!isFitting || indices.dims[0] !== count) {
    const expected = `must have indices [${count}] or [${count},${dims.length}]`;
    throw malformed(name, expected, `[${indices.dims}]`);
  }
  const entries = Array.from(indices.data, Number);
  const offsets = isFlat ? entries : Array.from({ length: count }, (_, at) => offsetOf(name, entries, dims, at));
  const total = elementCount(dims);
  for (const [at, offset] of offsets.entries()) {
    if (offset < 0 || offset >= total) throw malformed(name, `must have indices below ${total}`, String(offset));
    if (offset <= (offsets[at - 1] ?? -1)) throw malformed(name, 'must have rising indices', `${offset} after another`);
  }
  return offsets;
}

function offsetOf(name: string, entries: readonly number[], dims: readonly number[], at: number): number {
  return dims.reduce((offset, dim, axis) => {
    const index = entries[at * dims.length + axis] ?? 0;
    if (index < 0 || index >= dim) throw malformed(name, `must have indices below ${dim} on axis ${axis}`, `${index}`);
    return offset * dim + index;
  }, 0);
}

function malformed(name: string, expected: string, got: string): ModelError {
  return new ModelError('TENSOR_MALFORMED', `Sparse tensor ${name} ${expected}, got ${got}`, {
    place: { value: name },
  });
}
