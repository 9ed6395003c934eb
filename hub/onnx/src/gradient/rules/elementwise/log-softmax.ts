import { intAttribute } from '../../../format/attributes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule } from '../../rule-context.ts';

/** dx = dy - exp(y) sum(dy) along the axis. ONNX LogSoftmax-13 */
export const logSoftmaxGradient: GradientRule = (context) => [
  () => {
    const axis = context.constant(int64([intAttribute(context.node, 'axis', -1)]));
    const sum = context.op('ReduceSum', [context.gradient(), axis], { keepdims: 1 });
    const share = context.op('Mul', [context.op('Exp', [context.output()]), sum]);
    return context.op('Sub', [context.gradient(), share]);
  },
];
