import type { GradientRule } from '../../rule-context.ts';

/** dx = dy 2/sqrt(pi) exp(-x^2), the factor inside of the exponential */
export const erfGradient: GradientRule = (context) => [
  () => {
    const square = context.op('Mul', [context.input(0), context.input(0)]);
    const exponent = context.op('Sub', [context.scalar(Math.log(2 / Math.sqrt(Math.PI))), square]);
    return context.op('Mul', [context.gradient(), context.op('Exp', [exponent])]);
  },
];
