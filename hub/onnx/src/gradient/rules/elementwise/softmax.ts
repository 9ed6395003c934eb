import { intAttribute } from '../../../format/attributes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule } from '../../rule-context.ts';

/** dx = y (dy - sum(dy y)) along the axis. ONNX Softmax-13 */
export const softmaxGradient: GradientRule = (context) => [
  () => {
    const y = context.output();
    const axis = context.constant(int64([intAttribute(context.node, 'axis', -1)]));
    const weighted = context.op('Mul', [context.gradient(), y]);
    const sum = context.op('ReduceSum', [weighted, axis], { keepdims: 1 });
    return context.op('Mul', [y, context.op('Sub', [context.gradient(), sum])]);
  },
];
