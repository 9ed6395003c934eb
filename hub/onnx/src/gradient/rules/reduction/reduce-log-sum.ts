import type { GradientRule } from '../../rule-context.ts';
import { expanded } from './reduction-axes.ts';

/** y = ln(sum(x)): dx = dy / exp(y) */
export const reduceLogSumGradient: GradientRule = (context) => [
  () => expanded(context, context.op('Div', [context.gradient(), context.op('Exp', [context.output()])])),
  undefined,
];
