import type { GradientRule } from '../../rule-context.ts';

/** y = -x */
export const negGradient: GradientRule = (context) => [() => context.op('Neg', [context.gradient()])];
