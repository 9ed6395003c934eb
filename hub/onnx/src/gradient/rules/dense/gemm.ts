import { float, floatAttribute, intAttribute } from '../../../format/attributes.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** Y = alpha A' B' + beta C, where ' is a transposition or nothing. ONNX Gemm-13 */
export const gemmGradient: GradientRule = (context) => {
  const { node } = context;
  const alpha = floatAttribute(node, 'alpha', 1);
  const product = {
    alpha,
    transA: intAttribute(node, 'transA', 0),
    transB: intAttribute(node, 'transB', 0),
  };
  return [
    () => leftGradient(context, product),
    () => rightGradient(context, product),
    () => {
      const summed = unbroadcast(context, context.gradient(), 2);
      const beta = floatAttribute(node, 'beta', 1);
      return beta === 1 ? summed : context.op('Mul', [summed, context.scalar(beta)]);
    },
  ];
};

interface Product {
  readonly alpha: number;
  readonly transA: number;
  readonly transB: number;
}

/** dA = alpha dY B'^T, transposed when A was. */
function leftGradient(context: RuleContext, { alpha, transA, transB }: Product): string {
  const [dy, b] = [context.gradient(), context.input(1)];
  return transA
    ? context.op('Gemm', [b, dy], { alpha: float(alpha), transA: transB, transB: 1 })
    : context.op('Gemm', [dy, b], { alpha: float(alpha), transA: 0, transB: 1 - transB });
}

/** dB = alpha A'^T dY, transposed when B was. */
function rightGradient(context: RuleContext, { alpha, transA, transB }: Product): string {
  const [dy, a] = [context.gradient(), context.input(0)];
  return transB
    ? context.op('Gemm', [dy, a], { alpha: float(alpha), transA: 1, transB: transA })
    : context.op('Gemm', [a, dy], { alpha: float(alpha), transA: 1 - transA, transB: 0 });
}
