import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';
import {
  type FixedGeometry,
  isFixed,
  kernelSize,
  spatialShape,
  swappedFront,
  type WindowGeometry,
  withFrontAxes,
} from './window-geometry.ts';
import { seenByEntry } from './window-slices.ts';

export interface CorrelatedWindows extends WindowGeometry {
  /** What the windows move over, [batch, channel, ...sizes]. */
  readonly input: string;
  /** One value per window, [batch, feature, ...counts]. */
  readonly values: string;
  readonly group: number;
  /** Channels of `input`. */
  readonly channels: number | undefined;
  /** Channels of `values`. */
  readonly features: number | undefined;
}

/**
 * Most rows that the second factors of several entries are put together to: one product of some rows is faster than many
 * of very few, but the copies of what the entries saw are the most memory that a step with large images needs.
 */
const LARGEST_JOINED_ROWS = 16;
/** Where a kernel has so many entries of so few channels, a convolution is faster and keeps no copies. */
const LARGE_KERNEL = { leastEntries: 25, mostChannels: 4 } as const;

/**
 * Sum over all windows of the window's value times what the window read, [feature, channel / group, ...kernel]: the
 * gradient of a convolution's kernel.
 */
export function kernelGradient(context: RuleContext, windows: CorrelatedWindows): string {
  const { axes, channels, features, group } = windows;
  if (!isFixed(windows) || channels === undefined || features === undefined) return byConvolution(context, windows);
  const isLarge = kernelSize(axes) >= LARGE_KERNEL.leastEntries && channels <= LARGE_KERNEL.mostChannels;
  if (isLarge && group === 1) return byConvolution(context, windows);
  return byProducts(context, { ...windows, channels, features });
}

type FixedWindows = CorrelatedWindows & FixedGeometry & { readonly channels: number; readonly features: number };

/** For each entry of the kernel the product of the values with what that entry saw. */
function byProducts(context: RuleContext, windows: FixedWindows): string {
  const { axes, group, channels, features } = windows;
  const [perGroup, out] = [channels / group, features / group];
  const rank = axes.length + 2;
  const values = context.op('Transpose', [windows.values], { perm: swappedFront(rank) });
  const left = context.op('Reshape', [values, context.constant(int64([group, out, -1]))]);
  const input = context.op('Transpose', [windows.input], { perm: swappedFront(rank) });
  const seen = seenByEntry(context, input, windows).map((part) =>
    context.op('Reshape', [part, context.constant(int64([group, perGroup, -1]))]),
  );
  const right = joined(context, seen, Math.max(1, Math.floor(LARGEST_JOINED_ROWS / perGroup)));
  const products = right.map((part) =>
    context.op('MatMul', [left, context.op('Transpose', [part], { perm: [0, 2, 1] })]),
  );
  const all = products.length === 1 ? products[0] : context.op('Concat', products, { axis: 2 });
  const byEntry = context.op('Reshape', [all, context.constant(int64([features, seen.length, perGroup]))]);
  const ordered = seen.length === 1 ? byEntry : context.op('Transpose', [byEntry], { perm: [0, 2, 1] });
  const shape = int64([features, perGroup, ...axes.map(({ kernel }) => kernel)]);
  return context.op('Reshape', [ordered, context.constant(shape)]);
}

/** Up to `most` values at a time put together along their second axis. */
function joined(context: RuleContext, values: readonly string[], most: number): string[] {
  const starts = Array.from({ length: Math.ceil(values.length / most) }, (_, part) => part * most);
  return starts.map((start) => {
    const part = values.slice(start, start + most);
    return part.length === 1 ? (part[0] ?? '') : context.op('Concat', part, { axis: 1 });
  });
}

/** A convolution over the batch whose kernel are the values, with strides and dilations swapped. */
function byConvolution(context: RuleContext, windows: CorrelatedWindows): string {
  const { axes, group } = windows;
  const swapped = swappedFront(axes.length + 2);
  const wide = context.op('Conv', [batchAsChannels(context, windows), transposed(context, windows.values, swapped)], {
    group,
    strides: axes.map(({ dilation }) => dilation),
    dilations: axes.map(({ stride }) => stride),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
  });
  // Entries that no window reads make the kernel longer than it was.
  const cut = axes.some(({ stride }) => stride > 1) ? firstEntries(context, wide, windows) : wide;
  return transposed(context, cut, swapped);
}

function transposed(context: RuleContext, value: string, perm: readonly number[]): string {
  return context.op('Transpose', [value], { perm });
}

/** The input as [channel / group, group * batch, ...sizes]. */
function batchAsChannels(context: RuleContext, { input, axes, sizes, group }: CorrelatedWindows): string {
  const rank = axes.length + 2;
  if (group === 1) return transposed(context, input, swappedFront(rank));
  const spatial = spatialShape(context, input, sizes);
  const grouped = withFrontAxes(context, input, [0, group, -1], sizes, spatial);
  const behind = axes.map((_, axis) => axis + 3);
  return withFrontAxes(context, transposed(context, grouped, [2, 1, 0, ...behind]), [0, -1], sizes, spatial);
}

function firstEntries(context: RuleContext, value: string, { axes }: WindowGeometry): string {
  const constants = [axes.map(() => 0), axes.map(({ kernel }) => kernel), axes.map((_, axis) => axis + 2)];
  return context.op('Slice', [value, ...constants.map((entries) => context.constant(int64(entries)))]);
}
