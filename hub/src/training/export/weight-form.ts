import { range } from './layer-value.ts';

/** How a weight of a layer lies in the graph: seen as `split`, its axes permuted, seen as `dims`. */
export interface WeightForm {
  /** @default the shape of the weight */
  readonly split?: readonly number[] | undefined;
  /** Axis of `split` at each place, as of Transpose. @default their order */
  readonly permutation?: readonly number[] | undefined;
  /** @default the sizes behind the permutation */
  readonly dims?: readonly number[] | undefined;
}

/** A form with all defaults filled in. */
export interface FullForm {
  readonly split: readonly number[];
  readonly permutation: readonly number[];
  /** Sizes of `split` permuted. */
  readonly permuted: readonly number[];
  readonly dims: readonly number[];
}

export function fullForm(shape: readonly number[], { split = shape, permutation, dims }: WeightForm): FullForm {
  const order = permutation ?? range(split.length);
  const permuted = order.map((axis) => split[axis] ?? 1);
  return { split, permutation: order, permuted, dims: dims ?? permuted };
}

/** Axis orders that undo each other. */
export function inverted(permutation: readonly number[]): number[] {
  return range(permutation.length).map((axis) => permutation.indexOf(axis));
}

/** Row-major values with their axes permuted, as Transpose does. */
export function permuted(values: Float32Array, dims: readonly number[], permutation: readonly number[]): Float32Array {
  const strides = range(dims.length).map((axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const sizes = permutation.map((axis) => dims[axis] ?? 1);
  const steps = permutation.map((axis) => strides[axis] ?? 1);
  const result = new Float32Array(values.length);
  const position = sizes.map(() => 0);
  for (let at = 0, from = 0; at < result.length; at++) {
    result[at] = values[from] ?? 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const step = steps[axis] ?? 0;
      const next = (position[axis] ?? 0) + 1;
      from += step;
      if (next < (sizes[axis] ?? 0)) {
        position[axis] = next;
        break;
      }
      from -= step * next;
      position[axis] = 0;
    }
  }
  return result;
}
