import { intAttribute } from '../../../format/attributes.ts';
import type { Node } from '../../../format/messages.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/**
 * dq = dy, of integers that a QuantizeLinear of the same scale and zero-point has written; times the quotient of the two
 * scales where that is one number. Scale and zero-point get none. ONNX DequantizeLinear-13
 */
export const dequantizeLinearGradient: GradientRule = (context) => [
  () => {
    const writer = context.writer(context.input(0));
    const factor = writer?.opType === 'QuantizeLinear' ? scaleFactor(context, writer) : undefined;
    if (factor === undefined) throw context.refusal('integers that a QuantizeLinear of the same scale writes');
    return factor === 1 ? context.gradient() : context.op('Mul', [context.gradient(), context.scalar(factor)]);
  },
  undefined,
  undefined,
];

/** How many times the scale of the quantization this one is; `undefined` where that differs or is not known. */
function scaleFactor(context: RuleContext, quantize: Node): number | undefined {
  const { node } = context;
  const isSame = (index: number): boolean => (quantize.input[index] ?? '') === (node.input[index] ?? '');
  const sameNumber = (name: string, otherwise: number): boolean =>
    intAttribute(quantize, name, otherwise) === intAttribute(node, name, otherwise);
  if (isSame(1) && isSame(2) && sameNumber('axis', 1) && sameNumber('block_size', 0)) return 1;
  if (!isSame(2) && quotient(context, quantize, 2) !== 1) return undefined;
  return quotient(context, quantize, 1);
}

/** The one quotient of all entries of a constant of this node and of one of the quantization, which has one entry. */
function quotient(context: RuleContext, quantize: Node, index: number): number | undefined {
  const [above, below] = [context.shapes.constant(index), context.valueOf(quantize.input[index] ?? '')];
  if (!above || below?.data.length !== 1) return undefined;
  const [by = 0] = Array.from(below.data, Number);
  const [first, ...others] = Array.from(above.data, Number);
  if (first === undefined || others.some((entry) => entry !== first)) return undefined;
  // Zero-points may both be 0.
  return first === by ? 1 : first / by;
}
