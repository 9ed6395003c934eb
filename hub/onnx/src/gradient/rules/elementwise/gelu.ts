import { stringAttribute } from '../../../format/attributes.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** ONNX Gelu-20, approximate = tanh */
const CUBIC = 0.044715;

/** y = x P(x), where P is the standard normal distribution, or nearly so. ONNX Gelu-20 */
export const geluGradient: GradientRule = (context) => [
  () => {
    const approximate = stringAttribute(context.node, 'approximate', 'none');
    const slope = approximate === 'tanh' ? tanhSlope(context) : exactSlope(context);
    return context.op('Mul', [context.gradient(), slope]);
  },
];

/** P(x) + x p(x), where P(x) = (1 + erf(x / sqrt(2))) / 2 and p(x) = exp(-x^2 / 2) / sqrt(2 pi) */
function exactSlope(context: RuleContext): string {
  const x = context.input(0);
  const scaled = context.op('Mul', [x, context.scalar(Math.SQRT1_2)]);
  const half = context.op('Mul', [context.op('Erf', [scaled]), context.scalar(0.5)]);
  const distribution = context.op('Add', [half, context.scalar(0.5)]);
  const exponent = context.op('Sub', [context.scalar(-Math.log(2 * Math.PI) / 2), context.op('Mul', [scaled, scaled])]);
  const density = context.op('Exp', [exponent]);
  return context.op('Add', [distribution, context.op('Mul', [x, density])]);
}

/**
 * y = x s(v) with the sigmoid s, v = c x (1 + CUBIC x^2) and c = sqrt(8 / pi), since 1 + tanh(v / 2) = 2 s(v). The slope
 * is s + (s - s^2) x v', and x v' = 3 v - 2 c x.
 */
function tanhSlope(context: RuleContext): string {
  const [x, c] = [context.input(0), Math.sqrt(8 / Math.PI)];
  const square = context.op('Mul', [x, x]);
  const rate = context.op('Add', [context.op('Mul', [square, context.scalar(c * CUBIC)]), context.scalar(c)]);
  const v = context.op('Mul', [x, rate]);
  const s = context.op('Sigmoid', [v]);
  const xDerivative = context.op('Sub', [
    context.op('Mul', [v, context.scalar(3)]),
    context.op('Mul', [x, context.scalar(2 * c)]),
  ]);
  const bend = context.op('Mul', [context.op('Sub', [s, context.op('Mul', [s, s])]), xDerivative]);
  return context.op('Add', [s, bend]);
}
