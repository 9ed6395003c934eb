import { intAttribute } from '../../../format/attributes.ts';
import type { Dim } from '../../../graph/value-type.ts';
import { convolutionAxes } from '../../../shape/window-axes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { kernelGradient } from './kernel-gradient.ts';
import { reverseWindows } from './reversed-windows.ts';
import type { WindowGeometry } from './window-geometry.ts';

/** dX: dY brought back through the kernel; dW: dY times what the windows read; dB: sum of dY. ONNX Conv-11 */
export const convGradient: GradientRule = (context) => {
  const group = intAttribute(context.node, 'group', 1);
  const geometry = convGeometry(context);
  return [
    () => {
      const [values, weights, sized] = [context.gradient(), context.input(1), context.input(0)];
      return reverseWindows(context, { ...geometry, values, weights, sized, group });
    },
    () =>
      kernelGradient(context, {
        ...geometry,
        ...{ input: context.input(0), values: context.gradient(), group },
        channels: knownDim(context.inputType(0).dims?.[1]),
        features: knownDim(context.inputType(1).dims?.[0]),
      }),
    () => channelSums(context, context.gradient(), geometry.axes.length),
  ];
};

function convGeometry(context: RuleContext): WindowGeometry {
  const axes = convolutionAxes(context.shapes);
  if (!axes) throw context.refusal('a kernel and padding of known size');
  const open = axes.map(() => undefined);
  return {
    axes,
    sizes: context.inputType(0).dims?.slice(2) ?? open,
    counts: context.outputType().dims?.slice(2) ?? open,
  };
}

/** Sum over everything but the channels: the gradient of a bias. */
export function channelSums(context: RuleContext, value: string, spatialAxes: number): string {
  const axes = Array.from({ length: spatialAxes }, (_, axis) => axis + 2);
  return context.op('ReduceSum', [value, context.constant(int64([0, ...axes]))], { keepdims: 0 });
}

export function knownDim(dim: Dim): number | undefined {
  return typeof dim === 'number' ? dim : undefined;
}
