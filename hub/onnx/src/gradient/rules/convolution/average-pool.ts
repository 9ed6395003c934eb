import { intAttribute } from '../../../format/attributes.ts';
import { hasCeilMode, type WindowAxis } from '../../../shape/window-axes.ts';
import { float32, int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { windowsOfPooling } from './pooling-windows.ts';
import { reverseWindows } from './reversed-windows.ts';
import { isFixed, kernelSize, spatialShape, type WindowGeometry, withFrontAxes } from './window-geometry.ts';

/** dY over the number of averaged entries, at each of them. ONNX AveragePool-19 */
export const averagePoolGradient: GradientRule = (context) => [
  () => {
    const windows = windowsOfPooling(context);
    const share = context.op('Mul', [context.gradient(), shareOfEntry(context, windows)]);
    const values = withFrontAxes(context, share, [-1, 1], windows.counts);
    const weights = onesKernel(context, windows.axes);
    const back = reverseWindows(context, { ...windows, values, weights, sized: context.input(0) });
    return context.op('Reshape', [back, context.shapeOf(0)]);
  },
];

function onesKernel(context: RuleContext, axes: readonly WindowAxis[]): string {
  const ones = new Float32Array(kernelSize(axes)).fill(1);
  return context.constant(float32(ones, [1, 1, ...axes.map(({ kernel }) => kernel)]));
}

/** One over the number of entries that a window averages, a scalar or of the output's spatial shape. */
function shareOfEntry(context: RuleContext, windows: WindowGeometry): string {
  const { axes } = windows;
  const countsPadding = intAttribute(context.node, 'count_include_pad', 0) === 1;
  const isPadded = axes.some(({ before, after }) => before + after > 0);
  if (!hasCeilMode(context.node) && (countsPadding || !isPadded)) return context.scalar(1 / kernelSize(axes));
  if (isFixed(windows)) {
    const counted = axes.map((axis, at) =>
      countedEntries(axis, windows.sizes[at] ?? 0, windows.counts[at] ?? 0, countsPadding),
    );
    const counts = counted.reduce((all, axis) => all.flatMap((count) => axis.map((own) => count * own)), [1]);
    return context.constant(
      float32(
        counts.map((count) => 1 / count),
        windows.counts as number[],
      ),
    );
  }
  if (hasCeilMode(context.node)) throw context.refusal('spatial sizes that are known, or ceil_mode 0');
  return shareAtRunTime(context, windows);
}

/** Entries of each window along one axis that lie on data, or on padding where that counts. */
function countedEntries(axis: WindowAxis, size: number, windows: number, countsPadding: boolean): number[] {
  const { kernel, stride, dilation, before, after } = axis;
  const [first, end] = countsPadding ? [-before, size + after] : [0, size];
  return Array.from({ length: windows }, (_, window) => {
    const entries = Array.from({ length: kernel }, (_, entry) => window * stride - before + entry * dilation);
    return entries.filter((at) => at >= first && at < end).length;
  });
}

/** Counts the entries by a convolution of ones with ones. */
function shareAtRunTime(context: RuleContext, { axes, sizes }: WindowGeometry): string {
  const one = context.constant(float32([1], [1, 1, ...axes.map(() => 1)]));
  const ones = context.op('Expand', [
    one,
    context.op('Concat', [context.constant(int64([1, 1])), spatialShape(context, context.input(0), sizes)], {
      axis: 0,
    }),
  ]);
  const counts = context.op('Conv', [ones, onesKernel(context, axes)], {
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
  });
  return context.op('Reciprocal', [counts]);
}
