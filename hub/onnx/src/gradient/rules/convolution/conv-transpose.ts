import { intAttribute } from '../../../format/attributes.ts';
import type { Dim } from '../../../graph/value-type.ts';
import { transposedAxes } from '../../../shape/transposed-axes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { channelSums, knownDim } from './conv.ts';
import { kernelGradient } from './kernel-gradient.ts';
import type { WindowGeometry } from './window-geometry.ts';

/**
 * ConvTranspose is the gradient of a convolution's input, so its own input's gradient is that convolution, of dY, and
 * dW is that convolution's, with X as the gradient and dY as the input. ONNX ConvTranspose-11
 */
export const convTransposeGradient: GradientRule = (context) => {
  const group = intAttribute(context.node, 'group', 1);
  const geometry = reversedGeometry(context);
  let cut: string | undefined;
  const reached = (): string => {
    cut ??= reachedPart(context, geometry);
    return cut;
  };
  return [
    () => context.op('Conv', [reached(), context.input(1)], { ...convAttributes(geometry), group }),
    () =>
      kernelGradient(context, {
        ...{ ...geometry, axes: geometry.axes.map(withoutNegativePad), group },
        ...{ input: reached(), values: context.input(0) },
        channels: knownDim(context.outputType().dims?.[1]),
        features: knownDim(context.inputType(1).dims?.[0]),
      }),
    () => channelSums(context, context.gradient(), geometry.axes.length),
  ];
};

/** The windows of the reversed convolution over what they reach of dY. */
function reversedGeometry(context: RuleContext): WindowGeometry {
  const axes = transposedAxes(context.shapes);
  if (!axes) throw context.refusal('a kernel and padding of known size');
  const sizes = axes.map(
    ({ output, after }): Dim => (typeof output === 'number' ? output + Math.min(0, after) : output),
  );
  return { axes, sizes, counts: context.inputType(0).dims?.slice(2) ?? axes.map(() => undefined) };
}

function convAttributes({ axes }: WindowGeometry): Record<string, number[]> {
  return {
    kernel_shape: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => Math.max(0, after))],
  };
}

function withoutNegativePad(axis: WindowGeometry['axes'][number]): WindowGeometry['axes'][number] {
  return { ...axis, after: Math.max(0, axis.after) };
}

/** dY without the entries at its ends that nothing reached. */
function reachedPart(context: RuleContext, { axes }: WindowGeometry): string {
  const cut = axes.flatMap(({ after }, axis) => (after < 0 ? [{ axis: axis + 2, end: after }] : []));
  if (cut.length === 0) return context.gradient();
  const constants = [cut.map(() => 0), cut.map(({ end }) => end), cut.map(({ axis }) => axis)];
  return context.op('Slice', [context.gradient(), ...constants.map((entries) => context.constant(int64(entries)))]);
}
