import type { GradientRule } from '../../rule-context.ts';

/** y = max(x, 0): dx = dy sign(y), with 0 at x = 0 */
export const reluGradient: GradientRule = (context) => [
  () => context.op('Mul', [context.gradient(), context.op('Sign', [context.output()])]),
];
