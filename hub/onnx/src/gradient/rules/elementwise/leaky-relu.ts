import { floatAttribute } from '../../../format/attributes.ts';
import type { GradientRule } from '../../rule-context.ts';
import { slopeBySign } from '../../slope-by-sign.ts';

/** y = x where x >= 0, else alpha x. ONNX LeakyRelu-16 */
export const leakyReluGradient: GradientRule = (context) => [
  () => {
    const alpha = floatAttribute(context.node, 'alpha', 0.01);
    // The output has the input's sign, and x need not be kept.
    const signed = alpha > 0 ? context.output() : context.input(0);
    return context.op('Mul', [context.gradient(), slopeBySign(context, signed, alpha, 1)]);
  },
];
