import type { GradientRule } from '../../rule-context.ts';
import { reduceExtremumGradient } from './reduce-extremum.ts';
import { reduceL1Gradient } from './reduce-l1.ts';
import { reduceL2Gradient } from './reduce-l2.ts';
import { reduceLogSumGradient } from './reduce-log-sum.ts';
import { reduceLogSumExpGradient } from './reduce-log-sum-exp.ts';
import { reduceMeanGradient } from './reduce-mean.ts';
import { reduceSumGradient } from './reduce-sum.ts';
import { reduceSumSquareGradient } from './reduce-sum-square.ts';

/** Gradients of the operators that reduce axes. */
export const REDUCTION_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  ReduceL1: reduceL1Gradient,
  ReduceL2: reduceL2Gradient,
  ReduceLogSum: reduceLogSumGradient,
  ReduceLogSumExp: reduceLogSumExpGradient,
  ReduceMax: reduceExtremumGradient,
  ReduceMean: reduceMeanGradient,
  ReduceMin: reduceExtremumGradient,
  ReduceSum: reduceSumGradient,
  ReduceSumSquare: reduceSumSquareGradient,
};
