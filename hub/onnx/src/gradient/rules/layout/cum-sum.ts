import { intAttribute } from '../../../format/attributes.ts';
import type { GradientRule } from '../../rule-context.ts';

/** The running sum of dy from the other end. ONNX CumSum-14 */
export const cumSumGradient: GradientRule = (context) => [
  () => {
    const reverse = 1 - intAttribute(context.node, 'reverse', 0);
    const exclusive = intAttribute(context.node, 'exclusive', 0);
    return context.op('CumSum', [context.gradient(), context.input(1)], { reverse, exclusive });
  },
  undefined,
];
