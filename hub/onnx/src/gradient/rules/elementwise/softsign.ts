import type { GradientRule } from '../../rule-context.ts';

/** y = x / (1 + |x|): dx = dy (1 - |y|)^2 */
export const softsignGradient: GradientRule = (context) => [
  () => {
    const root = context.op('Sub', [context.scalar(1), context.op('Abs', [context.output()])]);
    return context.op('Mul', [context.gradient(), context.op('Mul', [root, root])]);
  },
];
