import { floatAttribute } from '../../../format/attributes.ts';
import type { GradientRule } from '../../rule-context.ts';
import { insideUnit } from './inside-unit.ts';

/** y = max(0, min(1, alpha x + beta)): dx = alpha dy where 0 < y < 1, else 0. ONNX HardSigmoid-22 */
export const hardSigmoidGradient: GradientRule = (context) => [
  () => {
    const slope = insideUnit(context, context.output(), floatAttribute(context.node, 'alpha', 0.2));
    return context.op('Mul', [context.gradient(), slope]);
  },
];
