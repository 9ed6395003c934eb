import type { Dim } from '../../../graph/value-type.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { unbroadcastFrom } from '../../unbroadcast.ts';
import { rowProductGradient } from './row-product.ts';
import { vectorProductGradient } from './vector-product.ts';

/** Y = A B as numpy.matmul has it: matrices, vectors, and stacks of matrices, which broadcast. ONNX MatMul-13 */
export const matMulGradient: GradientRule = (context) => {
  const [a, b] = [context.inputType(0).dims, context.inputType(1).dims];
  if (!a || !b) throw context.refusal('two inputs of known rank');
  if (a.length === 1 || b.length === 1) return vectorProductGradient(context, a.length, b.length);
  const isOneMatrix = b.slice(0, -2).every((dim) => dim === 1);
  return isOneMatrix ? rowProductGradient(context, a.length, b.length) : stackGradient(context, a, b);
};

/** dA = dY B^T and dB = A^T dY, summed over the matrices that were repeated. */
function stackGradient(context: RuleContext, a: readonly Dim[], b: readonly Dim[]): ReturnType<GradientRule> {
  const batch = context.outputType().dims?.slice(0, -2);
  const summed = (gradient: string, index: number, dims: readonly Dim[]): string =>
    unbroadcastFrom(context, gradient, batch && [...batch, ...dims.slice(-2)], index);
  return [
    () => summed(context.op('MatMul', [context.gradient(), transposed(context, 1, b.length)]), 0, a),
    () => summed(context.op('MatMul', [transposed(context, 0, a.length), context.gradient()]), 1, b),
  ];
}

/** ONNX Runtime joins this with the MatMul that reads it, so nothing is copied. */
function transposed(context: RuleContext, index: number, rank: number): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  perm.splice(-2, 2, rank - 1, rank - 2);
  return context.op('Transpose', [context.input(index)], { perm });
}
