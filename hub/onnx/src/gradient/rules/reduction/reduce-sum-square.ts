import type { GradientRule } from '../../rule-context.ts';
import { withKeptAxes } from './reduction-axes.ts';

/** y = sum(x^2): dx = 2 x dy */
export const reduceSumSquareGradient: GradientRule = (context) => [
  () => {
    const twice = context.op('Mul', [context.gradient(), context.scalar(2)]);
    return context.op('Mul', [context.input(0), withKeptAxes(context, twice)]);
  },
  undefined,
];
