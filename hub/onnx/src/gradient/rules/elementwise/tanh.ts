import type { GradientRule } from '../../rule-context.ts';

/** dx = dy (1 - y^2) */
export const tanhGradient: GradientRule = (context) => [
  () => {
    const square = context.op('Mul', [context.output(), context.output()]);
    return context.op('Mul', [context.gradient(), context.op('Sub', [context.scalar(1), square])]);
  },
];
