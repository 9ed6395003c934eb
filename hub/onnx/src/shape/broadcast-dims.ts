import type { Dim } from '../graph/value-type.ts';

/**
 * Shape of two values broadcast against each other.
 *
 * A known size above 1 wins over an unknown one, because the unknown one must be 1 or the same.
 *
 * @see ONNX Broadcasting.md, multidirectional
 */
export function broadcastDims(left: readonly Dim[], right: readonly Dim[]): Dim[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) =>
    broadcastDim(alignedDim(left, axis, rank), alignedDim(right, axis, rank)),
  );
}

/** Size of `dims` at `axis` of a shape of `rank` dimensions, with ones put in front. */
export function alignedDim(dims: readonly Dim[], axis: number, rank: number): Dim {
  const own = axis - (rank - dims.length);
  return own < 0 ? 1 : dims[own];
}

function broadcastDim(left: Dim, right: Dim): Dim {
  if (left === 1) return right;
  if (right === 1 || left === right) return left;
  if (typeof left === 'number') return left;
  return typeof right === 'number' ? right : undefined;
}
