import type { GradientRule } from '../../rule-context.ts';
import { gemmGradient } from './gemm.ts';
import { matMulGradient } from './mat-mul.ts';

/** Gradients of the operators of matrix products. */
export const DENSE_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Gemm: gemmGradient,
  MatMul: matMulGradient,
};
