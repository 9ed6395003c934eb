import type { GradientRule } from '../../rule-context.ts';
import { softmaxAxes } from './softmax-axes.ts';

/** dx = dy - exp(y) sum(dy), the sum along the axis. ONNX LogSoftmax-1, LogSoftmax-13 */
export const logSoftmaxGradient: GradientRule = (context) => [
  () => {
    const sum = context.op('ReduceSum', [context.gradient(), softmaxAxes(context)], { keepdims: 1 });
    const share = context.op('Mul', [context.op('Exp', [context.output()]), sum]);
    return context.op('Sub', [context.gradient(), share]);
  },
];
