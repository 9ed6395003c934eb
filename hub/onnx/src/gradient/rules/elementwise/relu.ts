import type { GradientRule } from '../../rule-context.ts';
import { slopeBySign } from '../../slope-by-sign.ts';

/** y = max(x, 0): dx = dy where y > 0, else 0 */
export const reluGradient: GradientRule = (context) => [
  () => context.op('Mul', [context.gradient(), slopeBySign(context, context.output(), 0, 1)]),
];
