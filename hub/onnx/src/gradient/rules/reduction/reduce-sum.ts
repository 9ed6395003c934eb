import { intAttribute } from '../../../format/attributes.ts';
import { reducedAxes } from '../../../shape/rules/reduction.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** dy repeated along the summed axes. */
export const reduceSumGradient: GradientRule = (context) => [() => expanded(context, context.gradient()), undefined];

/** `gradient` of a reduction's output, brought back to the shape of its input. */
export function expanded(context: RuleContext, gradient: string): string {
  const shape = context.op('Shape', [context.input(0)]);
  return context.op('Expand', [withKeptAxes(context, gradient), shape]);
}

function withKeptAxes(context: RuleContext, gradient: string): string {
  if (intAttribute(context.node, 'keepdims', 1) === 1) return gradient;
  const axes = reducedAxes(context.shapes);
  if (axes) return axes.length === 0 ? gradient : context.op('Unsqueeze', [gradient, context.constant(int64(axes))]);
  // Without axes everything is reduced and a scalar expands to any shape.
  return context.input(1) === '' ? gradient : context.op('Unsqueeze', [gradient, context.input(1)]);
}
