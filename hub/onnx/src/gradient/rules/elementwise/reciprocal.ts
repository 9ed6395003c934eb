import type { GradientRule } from '../../rule-context.ts';

/** dx = -dy y^2 */
export const reciprocalGradient: GradientRule = (context) => [
  () => {
    const square = context.op('Mul', [context.output(), context.output()]);
    return context.op('Neg', [context.op('Mul', [context.gradient(), square])]);
  },
];
