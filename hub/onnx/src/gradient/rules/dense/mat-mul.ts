import type { GradientRule } from '../../rule-context.ts';
import { leftGradient, rightGradient } from './gemm.ts';

const PLAIN = { alpha: 1, transA: 0, transB: 0 };

/** Y = A B for matrices. */
export const matMulGradient: GradientRule = (context) => {
  const [a, b] = [context.inputType(0).dims, context.inputType(1).dims];
  if (a?.length !== 2 || b?.length !== 2) throw context.refusal('two inputs of rank 2');
  return [() => leftGradient(context, PLAIN), () => rightGradient(context, PLAIN)];
};
