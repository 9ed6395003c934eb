import type { GradientRule } from '../../rule-context.ts';
import { einsumGradient } from './einsum.ts';
import { gemmGradient } from './gemm.ts';
import { matMulGradient } from './mat-mul.ts';

/** Gradients of the operators of matrix products. */
export const DENSE_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Einsum: einsumGradient,
  Gemm: gemmGradient,
  MatMul: matMulGradient,
};
