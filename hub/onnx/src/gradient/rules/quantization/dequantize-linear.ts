import { intAttribute } from '../../../format/attributes.ts';
import type { Node } from '../../../format/messages.ts';
import type { GradientRule } from '../../rule-context.ts';

/**
 * dq = dy, of integers that a QuantizeLinear of the same scale and zero-point has written; scale and zero-point get none.
 * ONNX DequantizeLinear-13
 */
export const dequantizeLinearGradient: GradientRule = (context) => [
  () => {
    const writer = context.writer(context.input(0));
    if (!writer || !isPair(writer, context.node)) {
      throw context.refusal('integers that a QuantizeLinear of the same scale and zero-point writes');
    }
    return context.gradient();
  },
  undefined,
  undefined,
];

function isPair(quantize: Node, dequantize: Node): boolean {
  const same = (index: number): boolean => (quantize.input[index] ?? '') === (dequantize.input[index] ?? '');
  const sameNumber = (name: string, otherwise: number): boolean =>
    intAttribute(quantize, name, otherwise) === intAttribute(dequantize, name, otherwise);
  const isQuantize = quantize.opType === 'QuantizeLinear' && (quantize.domain ?? '') === (dequantize.domain ?? '');
  return isQuantize && same(1) && same(2) && sameNumber('axis', 1) && sameNumber('block_size', 0);
}
