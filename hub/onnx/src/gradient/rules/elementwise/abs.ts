import type { GradientRule } from '../../rule-context.ts';
import { slopeBySign } from '../../slope-by-sign.ts';

/** dx = dy sign(x), 0 at x = 0 */
export const absGradient: GradientRule = (context) => [
  () => context.op('Mul', [context.gradient(), slopeBySign(context, context.input(0), -1, 1)]),
];
