import type { GradientRule } from '../../rule-context.ts';

/** dx = dy / x */
export const logGradient: GradientRule = (context) => [() => context.op('Div', [context.gradient(), context.input(0)])];
