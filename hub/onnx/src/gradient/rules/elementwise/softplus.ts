import type { GradientRule } from '../../rule-context.ts';

/** y = ln(1 + exp(x)): dx = dy sigmoid(x), which is finite for any x */
export const softplusGradient: GradientRule = (context) => [
  () => context.op('Mul', [context.gradient(), context.op('Sigmoid', [context.input(0)])]),
];
