import { intAttribute } from '../../../format/attributes.ts';
import { hasCeilMode, type WindowAxis } from '../../../shape/window-axes.ts';
import { float32, int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { averagedEntries } from './averaged-entries.ts';
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
    const shares = averagedEntries(context.node, windows).map((count) => 1 / count);
    return context.constant(float32(shares, windows.counts));
  }
  if (hasCeilMode(context.node)) throw context.refusal('spatial sizes that are known, or ceil_mode 0');
  return shareAtRunTime(context, windows);
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
