import type { GradientRule } from '../../rule-context.ts';
import { slopeBySign } from '../../slope-by-sign.ts';
import { withKeptAxes } from './reduction-axes.ts';

/** y = sum(|x|): dx = dy sign(x), 0 at x = 0 */
export const reduceL1Gradient: GradientRule = (context) => [
  () => {
    const sign = slopeBySign(context, context.input(0), -1, 1);
    return context.op('Mul', [sign, withKeptAxes(context, context.gradient())]);
  },
  undefined,
];
