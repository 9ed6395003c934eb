import type { GradientRule } from '../../rule-context.ts';

/** y = x t with t = tanh(softplus(x)): dx = dy (t + x sigmoid(x) (1 - t^2)). ONNX Mish-22 */
export const mishGradient: GradientRule = (context) => [
  () => {
    const x = context.input(0);
    const t = context.op('Tanh', [context.op('Softplus', [x])]);
    const rest = context.op('Sub', [context.scalar(1), context.op('Mul', [t, t])]);
    const bend = context.op('Mul', [context.op('Mul', [x, context.op('Sigmoid', [x])]), rest]);
    return context.op('Mul', [context.gradient(), context.op('Add', [t, bend])]);
  },
];
