import type { GradientRule } from '../../rule-context.ts';
import { withKeptAxes } from './reduction-axes.ts';

/** y = ln(sum(exp(x))): dx = dy exp(x - y), which cannot overflow because y >= x */
export const reduceLogSumExpGradient: GradientRule = (context) => [
  () => {
    const distance = context.op('Sub', [context.input(0), withKeptAxes(context, context.output())]);
    return context.op('Mul', [context.op('Exp', [distance]), withKeptAxes(context, context.gradient())]);
  },
  undefined,
];
