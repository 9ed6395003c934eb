import type { GradientRule } from '../../rule-context.ts';
import { softmaxAxes } from './softmax-axes.ts';

/** dx = y (dy - sum(dy y)), the sum along the axis. ONNX Softmax-1, Softmax-13 */
export const softmaxGradient: GradientRule = (context) => [
  () => {
    const y = context.output();
    const weighted = context.op('Mul', [context.gradient(), y]);
    const sum = context.op('ReduceSum', [weighted, softmaxAxes(context)], { keepdims: 1 });
    return context.op('Mul', [y, context.op('Sub', [context.gradient(), sum])]);
  },
];
