import { float } from '../../../format/attributes.ts';
import type { GradientRule } from '../../rule-context.ts';
import { insideUnit } from './inside-unit.ts';

/** y = x h with h = max(0, min(1, x/6 + 1/2)): dx = dy (h + x/6), without x/6 where h is 0 or 1. ONNX HardSwish-22 */
export const hardSwishGradient: GradientRule = (context) => [
  () => {
    const h = context.op('HardSigmoid', [context.input(0)], { alpha: float(1 / 6), beta: float(0.5) });
    const sixth = context.op('Sub', [h, context.scalar(0.5)]);
    const bend = context.op('Mul', [insideUnit(context, h, 1), sixth]);
    return context.op('Mul', [context.gradient(), context.op('Add', [h, bend])]);
  },
];
