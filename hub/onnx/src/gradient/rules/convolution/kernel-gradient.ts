import type { WindowAxis } from '../../../shape/window-axes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { Emitter } from '../../emitter.ts';
import type { GradientRows } from '../../gradient-rows.ts';
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
  const fixed = { ...windows, channels, features };
  if (group > 1) return byGroups(context, fixed);
  const gradient = byProducts(context, fixed, features);
  return context.inRows(gradient, kernelRows(fixed));
}

type FixedWindows = CorrelatedWindows & FixedGeometry & { readonly channels: number; readonly features: number };

/** The gradient by features. */
function kernelRows(windows: FixedWindows): GradientRows {
  const { input, values, features, channels, axes, sizes, counts } = windows;
  return {
    ...{ rows: features, isDear: true, key: JSON.stringify(['windows', channels, axes, sizes, counts]) },
    sliced: [{ value: values, axis: 1, shape: { dims: [1, features, ...counts], batchAxis: 0 } }],
    shared: [{ value: input, shape: { dims: [1, channels, ...sizes], batchAxis: 0 } }],
    build: (emit, [own = ''], [seen = '']) => byProducts(emit, { ...windows, values: own, input: seen }, -1),
    parts: {
      build: (emit, [own = ''], [seen = '']) => productsOf(emit, { ...windows, values: own, input: seen }),
      width: channels * joinedEntries(channels),
    },
  };
}

/** @param features how many, or -1 where that shows only when the graph runs */
function byProducts(emit: Emitter, windows: FixedWindows, features: number): string {
  const products = productsOf(emit, windows);
  const all = products.length === 1 ? products[0] : emit.op('Concat', products, { axis: 1 });
  return inKernelOrder(emit, all ?? '', [features, windows.channels], windows.axes);
}

/** For each entry of the kernel, or for some, the product of the values with what was seen: [feature, entry * channel]. */
function productsOf(emit: Emitter, windows: FixedWindows): string[] {
  const { axes, channels } = windows;
  const left = emit.op('Flatten', [frontSwapped(emit, windows.values, axes)], { axis: 1 });
  const seen = seenByEntry(emit, frontSwapped(emit, windows.input, axes), windows).map((part) =>
    emit.op('Flatten', [part], { axis: 1 }),
  );
  return joined(emit, seen, channels, 0).map((part) => emit.op('Gemm', [left, part], { transB: 1 }));
}

/** The same for each group. */
function byGroups(context: RuleContext, windows: FixedWindows): string {
  const { axes, group, channels, features } = windows;
  const [perGroup, out] = [channels / group, features / group];
  const values = frontSwapped(context, windows.values, axes);
  const left = context.op('Reshape', [values, context.constant(int64([group, out, -1]))]);
  const seen = seenByEntry(context, frontSwapped(context, windows.input, axes), windows).map((part) =>
    context.op('Reshape', [part, context.constant(int64([group, perGroup, -1]))]),
  );
  const products = joined(context, seen, perGroup, 1).map((part) =>
    context.op('MatMul', [left, context.op('Transpose', [part], { perm: [0, 2, 1] })]),
  );
  const all = products.length === 1 ? products[0] : context.op('Concat', products, { axis: 2 });
  return inKernelOrder(context, all ?? '', [features, perGroup], axes);
}

/** [feature, entry * channel] as [feature, channel, ...kernel]. */
function inKernelOrder(
  emit: Emitter,
  products: string,
  [features, channels]: readonly [features: number, channels: number],
  axes: readonly WindowAxis[],
): string {
  const entries = kernelSize(axes);
  const byEntry = emit.op('Reshape', [products, emit.constant(int64([features, entries, channels]))]);
  const ordered = entries === 1 ? byEntry : emit.op('Transpose', [byEntry], { perm: [0, 2, 1] });
  return emit.op('Reshape', [ordered, emit.constant(int64([features, channels, ...axes.map((axis) => axis.kernel)]))]);
}

/** How many entries of a kernel are multiplied at once. */
function joinedEntries(rows: number): number {
  return Math.max(1, Math.floor(LARGEST_JOINED_ROWS / rows));
}

/** Values of so many rows each put together along `axis`, up to a number of rows that is faster to multiply. */
function joined(emit: Emitter, values: readonly string[], rows: number, axis: number): string[] {
  const most = joinedEntries(rows);
  const starts = Array.from({ length: Math.ceil(values.length / most) }, (_, part) => part * most);
  return starts.map((start) => {
    const part = values.slice(start, start + most);
    return part.length === 1 ? (part[0] ?? '') : emit.op('Concat', part, { axis });
  });
}

function frontSwapped(emit: Emitter, value: string, axes: readonly WindowAxis[]): string {
  return emit.op('Transpose', [value], { perm: swappedFront(axes.length + 2) });
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
