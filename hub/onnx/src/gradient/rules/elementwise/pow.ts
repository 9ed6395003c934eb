import { DATA_TYPE, isFloatType } from '../../../tensor/element-type.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';
import { rootSlope } from './root-slope.ts';

/** The smallest normal float32. */
const LEAST_BASE = 2 ** -126;

/** y = x^p. An exponent of an integer type has no gradient. ONNX Pow-15 */
export const powGradient: GradientRule = (context) => {
  const { type } = context.inputType(1);
  const hasExponentGradient = type === undefined || isFloatType(type);
  return [
    () => unbroadcast(context, baseGradient(context), 0),
    hasExponentGradient ? () => unbroadcast(context, exponentGradient(context), 1) : undefined,
  ];
};

/** dx = dy p x^(p - 1), and 0 where p = 0 */
function baseGradient(context: RuleContext): string {
  const [dy, x] = [context.gradient(), context.input(0)];
  const exponent = singleNumber(context.shapes.constant(1));
  if (exponent !== undefined) return knownExponentGradient(context, exponent);
  const p = exponentOf(context);
  // x^(p - 1) is infinite for x = p = 0, and 0 times that is no number.
  const isZero = context.op('Equal', [p, context.scalar(0)]);
  const safe = context.op('Where', [isZero, context.scalar(1), p]);
  const power = context.op('Pow', [x, context.op('Sub', [safe, context.scalar(1)])]);
  return context.op('Mul', [dy, context.op('Mul', [power, p])]);
}

function knownExponentGradient(context: RuleContext, p: number): string {
  const [dy, x] = [context.gradient(), context.input(0)];
  switch (p) {
    case 1:
      return dy;
    case 0:
      return context.op('Mul', [dy, context.scalar(0)]);
    case 0.5:
      return rootSlope(context);
    case 2:
      return context.op('Mul', [dy, context.op('Mul', [x, context.scalar(2)])]);
    default: {
      // The slope of a root at 0 stays finite: times the 0 of a Relu in front, infinity would be no number.
      const base = p > 0 && p < 1 ? context.op('Max', [x, context.scalar(LEAST_BASE)]) : x;
      const power = context.op('Pow', [base, context.scalar(p - 1)]);
      return context.op('Mul', [dy, context.op('Mul', [power, context.scalar(p)])]);
    }
  }
}

/** dp = dy y ln(x) where x > 0, else 0: there, y has no slope along p, or none that is a number. As in TensorFlow. */
function exponentGradient(context: RuleContext): string {
  const x = context.input(0);
  const isAbove = context.op('Greater', [x, context.scalar(0)]);
  const logarithm = context.op('Log', [context.op('Where', [isAbove, x, context.scalar(1)])]);
  const slope = context.op('Mul', [context.output(), logarithm]);
  const gradient = context.op('Mul', [context.gradient(), slope]);
  const { type } = context.inputType(1);
  return type === undefined || type === context.floatType
    ? gradient
    : context.op('Cast', [gradient], { to: DATA_TYPE[type] });
}

/** The exponent in the base's type. */
function exponentOf(context: RuleContext): string {
  const p = context.input(1);
  return context.inputType(1).type === context.floatType
    ? p
    : context.op('Cast', [p], { to: DATA_TYPE[context.floatType] });
}

function singleNumber(value: Tensor | undefined): number | undefined {
  if (!value || value.type === 'string' || value.type === 'float16' || value.type === 'bfloat16') return undefined;
  return value.data.length === 1 ? Number(value.data[0]) : undefined;
}
