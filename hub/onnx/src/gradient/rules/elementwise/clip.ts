import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule } from '../../rule-context.ts';

/**
 * dx = dy where min <= x <= max, that is where x was kept, else 0. The limits (attributes before opset 11) get no
 * gradient. ONNX Clip-13
 */
export const clipGradient: GradientRule = (context) => [
  () => {
    const isKept = context.op('Equal', [context.input(0), context.output()]);
    const factor = context.op('Cast', [isKept], { to: DATA_TYPE[context.floatType] });
    return context.op('Mul', [context.gradient(), factor]);
  },
  undefined,
  undefined,
];
