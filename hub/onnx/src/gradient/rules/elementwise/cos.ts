import type { GradientRule } from '../../rule-context.ts';

/** dx = -dy sin(x) */
export const cosGradient: GradientRule = (context) => [
  () => context.op('Neg', [context.op('Mul', [context.gradient(), context.op('Sin', [context.input(0)])])]),
];
