import { intAttribute, intsAttribute, stringAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';
import { inputType, type ShapeContext } from './shape-rule.ts';

/** How the window of a convolution or pooling moves along one spatial axis. */
export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly before: number;
  /** Padding behind. */
  readonly after: number;
}

/** Entries from the first to the last that a window reads. */
export function windowExtent({ kernel, dilation }: Pick<WindowAxis, 'kernel' | 'dilation'>): number {
  return (kernel - 1) * dilation + 1;
}

/**
 * Windows along the spatial axes of Conv; `undefined` where the kernel's size is open, or where automatic padding
 * depends on a size that is.
 *
 * @see ONNX Conv-11
 */
export function convolutionAxes(context: ShapeContext): WindowAxis[] | undefined {
  return axesOf(context, kernelOfWeights(context), windowExtent);
}

/** Windows along the spatial axes of a pooling. @see ONNX MaxPool-12, AveragePool-19 */
export function poolingAxes(context: ShapeContext): WindowAxis[] | undefined {
  // ONNX Runtime pads for an undilated window.
  return axesOf(context, intsAttribute(context.node, 'kernel_shape'), ({ kernel }) => kernel);
}

/** Spatial sizes of the kernel of Conv and ConvTranspose. */
export function kernelOfWeights(context: ShapeContext): number[] | undefined {
  const kernel = intsAttribute(context.node, 'kernel_shape') ?? inputType(context, 1).dims?.slice(2);
  return kernel?.every((size) => typeof size === 'number') ? kernel : undefined;
}

/** Number of windows along an axis of `size` entries; `undefined` where that is open. */
export function windowCount(axis: WindowAxis, size: Dim, ceilMode = false): Dim {
  const { stride, before, after } = axis;
  const slack = before + after - windowExtent(axis);
  if (typeof size !== 'number') return stride === 1 && slack === -1 ? size : undefined;
  const count = (ceilMode ? Math.ceil : Math.floor)((size + slack) / stride) + 1;
  return ceilMode && startsBehindData(axis, size, count - 1) ? count - 1 : count;
}

/**
 * Whether ceil mode makes no window where rounding up asks for one, since it would start behind the data.
 *
 * ONNX Runtime's shape inference counts that window, its kernels do not.
 */
export function dropsLastWindow(axis: WindowAxis, size: number, count: number): boolean {
  return Math.ceil((size + axis.before + axis.after - windowExtent(axis)) / axis.stride) + 1 > count;
}

function startsBehindData({ stride, before }: WindowAxis, size: number, window: number): boolean {
  return window * stride >= size + before;
}

function axesOf(
  context: ShapeContext,
  kernel: readonly number[] | undefined,
  paddedExtent: typeof windowExtent,
): WindowAxis[] | undefined {
  const { node } = context;
  const sizes = inputType(context, 0).dims?.slice(2);
  const axes = kernel?.map((_, axis) => axisOf(node, kernel, axis, sizes?.[axis], paddedExtent));
  return axes?.every((axis) => axis !== undefined) ? axes : undefined;
}

function axisOf(
  node: Node,
  kernels: readonly number[],
  at: number,
  size: Dim,
  paddedExtent: typeof windowExtent,
): WindowAxis | undefined {
  const window = { ...strideAndDilation(node, at), kernel: kernels[at] ?? 1 };
  const padding = autoPad(node);
  if (padding === 'VALID') return { ...window, before: 0, after: 0 };
  if (padding === 'NOTSET') return { ...window, ...explicitPads(node, at, kernels.length) };
  if (typeof size !== 'number' && window.stride > 1) return undefined;
  const steps = typeof size === 'number' ? (Math.ceil(size / window.stride) - 1) * window.stride - size : -1;
  return { ...window, ...distributedPads(Math.max(0, steps + paddedExtent(window)), padding === 'SAME_UPPER') };
}

/** The `auto_pad` attribute. */
export function autoPad(node: Node): string {
  return stringAttribute(node, 'auto_pad', 'NOTSET');
}

export function strideAndDilation(node: Node, axis: number): { stride: number; dilation: number } {
  return {
    stride: intsAttribute(node, 'strides')?.[axis] ?? 1,
    dilation: intsAttribute(node, 'dilations')?.[axis] ?? 1,
  };
}

/** Padding as the `pads` attribute gives it. */
export function explicitPads(node: Node, axis: number, rank: number): { before: number; after: number } {
  const pads = intsAttribute(node, 'pads');
  return { before: pads?.[axis] ?? 0, after: pads?.[rank + axis] ?? 0 };
}

/** The odd entry goes behind for SAME_UPPER, else in front. */
export function distributedPads(total: number, upper: boolean): { before: number; after: number } {
  const small = Math.floor(total / 2);
  return upper ? { before: small, after: total - small } : { before: total - small, after: small };
}

/** Whether a pooling also makes a window that hangs over the end. */
export function hasCeilMode(node: Node): boolean {
  return intAttribute(node, 'ceil_mode', 0) === 1;
}
