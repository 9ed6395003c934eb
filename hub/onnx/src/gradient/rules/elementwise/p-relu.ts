import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = x where x > 0, else slope x: dx = dy or slope dy, dslope = dy min(x, 0). ONNX PRelu-16 */
export const pReluGradient: GradientRule = (context) => [
  () => {
    const dy = context.gradient();
    const isAbove = context.op('Greater', [context.input(0), context.scalar(0)]);
    return context.op('Where', [isAbove, dy, context.op('Mul', [dy, context.input(1)])]);
  },
  () => {
    const negative = context.op('Clip', [context.input(0), '', context.scalar(0)]);
    return unbroadcast(context, context.op('Mul', [context.gradient(), negative]), 1);
  },
];
