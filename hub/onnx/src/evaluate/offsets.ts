import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { type NumberType, zeros } from '../tensor/typed-arrays.ts';

/** Distance in the flat tensor between neighbours along each axis. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (dims[axis + 1] ?? 1);
  }
  return strides;
}

/**
 * Offsets into another tensor for each entry of one of shape `dims`, row-major, when a step along an axis moves by
 * `strides[axis]` there.
 */
export function* offsetsOf(dims: readonly number[], strides: readonly number[], start = 0): Generator<number> {
  const index = dims.map(() => 0);
  const count = elementCount(dims);
  let offset = start;
  for (let done = 0; done < count; done++) {
    yield offset;
    // Counts up the last axis and carries over to the ones before it.
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      offset += strides[axis] ?? 0;
      if (next < (dims[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      offset -= next * (strides[axis] ?? 0);
    }
  }
}

/** Strides that read a tensor of shape `from` as if it were broadcast to `to`. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(from);
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : (own[axis - lead] ?? 0)));
}

/** Common shape of tensors broadcast against each other, `undefined` where they do not fit. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const dims: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) return undefined;
    dims.push(sizes[0] ?? 1);
  }
  return dims;
}

/** A tensor of shape `dims` with the entries of `from` at `offsets`; zero or '' where it has none. */
export function picked(from: Tensor, dims: readonly number[], offsets: Iterable<number>): Tensor {
  if (from.type === 'string') return { type: 'string', dims, data: Array.from(offsets, (at) => from.data[at] ?? '') };
  const data = zeros(from.type, elementCount(dims));
  const { data: source } = from;
  let at = 0;
  for (const offset of offsets) {
    const entry = source[offset];
    if (entry !== undefined) data[at] = entry;
    at += 1;
  }
  return numbers(from.type, dims, data);
}

/** The tensor around entries that were filled in. */
export function numbers(type: NumberType, dims: readonly number[], data: object): Tensor {
  return { type, dims, data } as Tensor;
}
