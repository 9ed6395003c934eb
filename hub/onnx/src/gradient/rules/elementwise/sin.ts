import type { GradientRule } from '../../rule-context.ts';

/** dx = dy cos(x) */
export const sinGradient: GradientRule = (context) => [
  () => context.op('Mul', [context.gradient(), context.op('Cos', [context.input(0)])]),
];
