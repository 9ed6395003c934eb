import type { GradientRule } from '../../rule-context.ts';
import { reduceMeanGradient } from './reduce-mean.ts';
import { reduceSumGradient } from './reduce-sum.ts';

/** Gradients of the operators that reduce axes. */
export const REDUCTION_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  ReduceMean: reduceMeanGradient,
  ReduceSum: reduceSumGradient,
};
