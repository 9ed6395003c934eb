import type { GradientRule } from '../../rule-context.ts';

/** dx = dy / (2 y) */
export const sqrtGradient: GradientRule = (context) => [
  () => context.op('Div', [context.gradient(), context.op('Mul', [context.output(), context.scalar(2)])]),
];
