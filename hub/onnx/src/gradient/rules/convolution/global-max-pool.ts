import { float32, int64, tensor } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** dY goes to the first of the largest positions of each channel. ONNX GlobalMaxPool-1 */
export const globalMaxPoolGradient: GradientRule = (context) => [
  () => {
    const flat = context.op('Reshape', [context.input(0), context.constant(int64([0, 0, -1]))]);
    const largest = context.op('ArgMax', [flat], { axis: 2, keepdims: 0 });
    const mask = context.op('OneHot', [largest, positionCount(context, flat), offAndOn(context)], { axis: 2 });
    const dy = context.op('Reshape', [context.gradient(), context.constant(int64([0, 0, 1]))]);
    return context.op('Reshape', [context.op('Mul', [dy, mask]), context.shapeOf(0)]);
  },
];

function positionCount(context: RuleContext, flat: string): string {
  const sizes = context.inputType(0).dims?.slice(2);
  if (sizes?.every((size) => typeof size === 'number')) {
    return context.constant(int64([sizes.reduce((product, size) => product * size, 1)]));
  }
  return context.op('Gather', [context.op('Shape', [flat]), context.constant(int64([2]))]);
}

function offAndOn(context: RuleContext): string {
  const isDouble = context.floatType === 'float64';
  return context.constant(isDouble ? tensor('float64', [2], Float64Array.of(0, 1)) : float32([0, 1]));
}
