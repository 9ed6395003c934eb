import type { GradientRule } from '../../rule-context.ts';

/** dx = dy y */
export const expGradient: GradientRule = (context) => [() => context.op('Mul', [context.gradient(), context.output()])];
