import type { GradientRule } from '../../rule-context.ts';

/** dx = dy (y - y^2) */
export const sigmoidGradient: GradientRule = (context) => [
  () => {
    const y = context.output();
    return context.op('Mul', [context.gradient(), context.op('Sub', [y, context.op('Mul', [y, y])])]);
  },
];
