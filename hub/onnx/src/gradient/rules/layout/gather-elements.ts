import { intAttribute } from '../../../format/attributes.ts';
import { filled } from '../../filled.ts';
import { inputLengths, lengthVector } from '../../lengths.ts';
import type { GradientRule } from '../../rule-context.ts';
import { requireReducingScatter } from '../../scatter-add.ts';

/** dy added up entry by entry. ONNX GatherElements-13 */
export const gatherElementsGradient: GradientRule = (context) => [
  () => {
    requireReducingScatter(context);
    const start = filled(context, lengthVector(context, inputLengths(context, 0)), 0);
    const axis = intAttribute(context.node, 'axis', 0);
    return context.op('ScatterElements', [start, context.input(1), context.gradient()], { axis, reduction: 'add' });
  },
  undefined,
];
