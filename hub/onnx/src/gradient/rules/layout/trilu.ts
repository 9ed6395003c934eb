import { intAttribute } from '../../../format/attributes.ts';
import type { GradientRule } from '../../rule-context.ts';

/** dy in the triangle that is kept, else 0. ONNX Trilu-14 */
export const triluGradient: GradientRule = (context) => [
  () => {
    const upper = intAttribute(context.node, 'upper', 1);
    return context.op('Trilu', [context.gradient(), context.input(1)], { upper });
  },
  undefined,
];
