import type { GradientRule } from './rule-context.ts';
import { addGradient } from './rules/add.ts';
import { castGradient } from './rules/cast.ts';
import { clipGradient } from './rules/clip.ts';
import { concatGradient } from './rules/concat.ts';
import { divGradient } from './rules/div.ts';
import { expGradient } from './rules/exp.ts';
import { gemmGradient } from './rules/gemm.ts';
import { identityGradient } from './rules/identity.ts';
import { logGradient } from './rules/log.ts';
import { logSoftmaxGradient } from './rules/log-softmax.ts';
import { matMulGradient } from './rules/mat-mul.ts';
import { mulGradient } from './rules/mul.ts';
import { negGradient } from './rules/neg.ts';
import { reduceMeanGradient } from './rules/reduce-mean.ts';
import { reduceSumGradient } from './rules/reduce-sum.ts';
import { reluGradient } from './rules/relu.ts';
import { reshapeGradient } from './rules/reshape.ts';
import { sigmoidGradient } from './rules/sigmoid.ts';
import { softmaxGradient } from './rules/softmax.ts';
import { sqrtGradient } from './rules/sqrt.ts';
import { subGradient } from './rules/sub.ts';
import { tanhGradient } from './rules/tanh.ts';
import { transposeGradient } from './rules/transpose.ts';

const RULES: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries({
    Add: addGradient,
    Cast: castGradient,
    Clip: clipGradient,
    Concat: concatGradient,
    Div: divGradient,
    Exp: expGradient,
    Flatten: reshapeGradient,
    Gemm: gemmGradient,
    Identity: identityGradient,
    Log: logGradient,
    LogSoftmax: logSoftmaxGradient,
    MatMul: matMulGradient,
    Mul: mulGradient,
    Neg: negGradient,
    ReduceMean: reduceMeanGradient,
    ReduceSum: reduceSumGradient,
    Relu: reluGradient,
    Reshape: reshapeGradient,
    Sigmoid: sigmoidGradient,
    Softmax: softmaxGradient,
    Sqrt: sqrtGradient,
    Squeeze: reshapeGradient,
    Sub: subGradient,
    Tanh: tanhGradient,
    Transpose: transposeGradient,
    Unsqueeze: reshapeGradient,
  }),
);

/** The rule of an operator, `undefined` where it has none. */
export function gradientRule(operator: string, domain = ''): GradientRule | undefined {
  return domain === '' || domain === 'ai.onnx' ? RULES.get(operator) : undefined;
}

/** Operators that can be differentiated, sorted by name. */
export function differentiableOperators(): string[] {
  return [...RULES.keys()].sort();
}
