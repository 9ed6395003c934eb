import { intsAttribute } from '../format/attributes.ts';
import type { Dim } from '../graph/value-type.ts';
import { inputType, type ShapeContext } from './shape-rule.ts';
import {
  autoPad,
  distributedPads,
  explicitPads,
  kernelOfWeights,
  strideAndDilation,
  type WindowAxis,
  windowExtent,
} from './window-axes.ts';

/**
 * One spatial axis of ConvTranspose, seen from its output: as the window of the convolution that it reverses.
 *
 * `after` is negative where the output ends with entries that no window reaches.
 */
export interface TransposedAxis extends WindowAxis {
  /** Size of the output. */
  readonly output: Dim;
}

/**
 * Windows along the spatial axes of ConvTranspose; `undefined` where the kernel's size is open, or where the padding
 * depends on a size that is.
 *
 * @see ONNX ConvTranspose-11
 */
export function transposedAxes(context: ShapeContext): TransposedAxis[] | undefined {
  const kernel = kernelOfWeights(context);
  const axes = kernel?.map((size, axis) => axisOf(context, size, axis, kernel.length));
  return axes?.every((axis) => axis !== undefined) ? axes : undefined;
}

function axisOf(context: ShapeContext, kernel: number, axis: number, rank: number): TransposedAxis | undefined {
  const { node } = context;
  const window = { kernel, ...strideAndDilation(node, axis) };
  const size = inputType(context, 0).dims?.[axis + 2];
  const extra = intsAttribute(node, 'output_padding')?.[axis] ?? 0;
  const asked = intsAttribute(node, 'output_shape')?.slice(-rank)[axis];
  const padding = autoPad(node);
  /** Size of the output without padding is stride * size + rest. */
  const rest = windowExtent(window) - window.stride + extra;
  if (asked !== undefined) {
    if (typeof size !== 'number') return undefined;
    const total = window.stride * size + rest - asked;
    return { ...window, ...cropped(total, extra, padding), output: asked };
  }
  if (padding === 'SAME_UPPER' || padding === 'SAME_LOWER') {
    // The output is stride * size, or what the windows reach where that is less.
    const total = Math.max(0, rest);
    return { ...window, ...cropped(total, extra, padding), output: scaled(size, window.stride, rest - total) };
  }
  const { before, after } = padding === 'VALID' ? { before: 0, after: 0 } : explicitPads(node, axis, rank);
  const output = scaled(size, window.stride, rest - before - after);
  return { ...window, before, after: after - extra, output };
}

function cropped(total: number, extra: number, padding: string): { before: number; after: number } {
  const { before, after } = distributedPads(Math.max(0, total), padding === 'SAME_UPPER');
  return { before, after: after - extra + Math.min(0, total) };
}

function scaled(size: Dim, stride: number, offset: number): Dim {
  if (typeof size === 'number') return size * stride + offset;
  return stride === 1 && offset === 0 ? size : undefined;
}
