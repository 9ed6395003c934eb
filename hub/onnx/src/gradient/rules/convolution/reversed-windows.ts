import { type WindowAxis, windowExtent } from '../../../shape/window-axes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';
import { spatialShape, type WindowGeometry } from './window-geometry.ts';

export interface ReversedWindows extends WindowGeometry {
  /** One value per window, [batch, channel, ...counts]. */
  readonly values: string;
  /** Kernel as a Conv has it that made `values` from the wanted value. */
  readonly weights: string;
  readonly group?: number;
  /** A value with the wanted spatial sizes behind its first two axes, where `sizes` are open. */
  readonly sized: string;
}

/** Every window's value times the kernel, added up where the window read: the gradient of a convolution's input. */
export function reverseWindows(context: RuleContext, windows: ReversedWindows): string {
  const { axes, values, weights, group = 1 } = windows;
  const ends = axes.map((axis, at) => axisEnd(axis, windows, at));
  const reversed = context.op('ConvTranspose', [values, weights], {
    ...{ group, kernel_shape: axes.map(({ kernel }) => kernel) },
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...axes.map(({ before }) => before), ...ends.map(({ after }) => after)],
    output_padding: ends.map(({ extra }) => extra),
  });
  if (ends.every(({ isExact }) => isExact)) return reversed;
  const open = axes.map((_, axis) => axis + 2);
  const [starts, at] = [context.constant(int64(open.map(() => 0))), context.constant(int64(open))];
  return context.op('Slice', [reversed, starts, spatialShape(context, windows.sized, windows.sizes), at]);
}

interface AxisEnd {
  readonly after: number;
  /** Entries behind what the windows reach. */
  readonly extra: number;
  /** False where the output may be too long. */
  readonly isExact: boolean;
}

function axisEnd(axis: WindowAxis, { sizes, counts }: WindowGeometry, at: number): AxisEnd {
  const [size, count] = [sizes[at], counts[at]];
  const { stride, before, after } = axis;
  if (typeof size !== 'number' || typeof count !== 'number') {
    return { after, extra: stride - 1, isExact: stride === 1 };
  }
  const excess = (count - 1) * stride + windowExtent(axis) - before - size;
  return { after: Math.max(0, excess), extra: Math.max(0, -excess), isExact: true };
}
