import type { Dim } from '../../../graph/value-type.ts';
import type { WindowAxis } from '../../../shape/window-axes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';

/** Windows of a convolution or pooling over the spatial axes of an input. */
export interface WindowGeometry {
  readonly axes: readonly WindowAxis[];
  /** Spatial sizes of the input. */
  readonly sizes: readonly Dim[];
  /** Windows along each axis: the spatial sizes of the output. */
  readonly counts: readonly Dim[];
}

/** A geometry whose sizes are all known. */
export interface FixedGeometry extends WindowGeometry {
  readonly sizes: readonly number[];
  readonly counts: readonly number[];
}

export function isFixed(geometry: WindowGeometry): geometry is FixedGeometry {
  return [...geometry.sizes, ...geometry.counts].every((size) => typeof size === 'number');
}

/** Offsets of a window's entries, in the order of a kernel's entries. */
export function kernelOffsets(axes: readonly WindowAxis[]): number[][] {
  return axes.reduce<number[][]>(
    (all, { kernel }) => all.flatMap((offset) => Array.from({ length: kernel }, (_, at) => [...offset, at])),
    [[]],
  );
}

/** Number of entries of a window. */
export function kernelSize(axes: readonly WindowAxis[]): number {
  return axes.reduce((product, { kernel }) => product * kernel, 1);
}

/** Run-time spatial sizes of a value, as an int64 value; a constant where `sizes` are known. */
export function spatialShape(context: RuleContext, value: string, sizes: readonly Dim[]): string {
  if (sizes.every((size) => typeof size === 'number')) return context.constant(int64(sizes));
  const [start, end] = [int64([2]), int64([sizes.length + 2])];
  return context.op('Slice', [context.op('Shape', [value]), context.constant(start), context.constant(end)]);
}

/** `value` with its spatial axes kept and those before them reshaped to `front`. */
export function withFrontAxes(
  context: RuleContext,
  value: string,
  front: readonly number[],
  sizes: readonly Dim[],
  spatial?: string,
): string {
  if (sizes.every((size) => typeof size === 'number')) {
    return context.op('Reshape', [value, context.constant(int64([...front, ...sizes]))]);
  }
  const shape = [context.constant(int64(front)), spatial ?? spatialShape(context, value, sizes)];
  return context.op('Reshape', [value, context.op('Concat', shape, { axis: 0 })]);
}

/** Permutation that swaps the first two of `rank` axes. */
export function swappedFront(rank: number): number[] {
  return [1, 0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2)];
}
