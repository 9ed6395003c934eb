import type { GradientRule } from '../../rule-context.ts';
import { addGradient } from './add.ts';
import { castGradient } from './cast.ts';
import { clipGradient } from './clip.ts';
import { divGradient } from './div.ts';
import { expGradient } from './exp.ts';
import { identityGradient } from './identity.ts';
import { logGradient } from './log.ts';
import { logSoftmaxGradient } from './log-softmax.ts';
import { mulGradient } from './mul.ts';
import { negGradient } from './neg.ts';
import { reluGradient } from './relu.ts';
import { sigmoidGradient } from './sigmoid.ts';
import { softmaxGradient } from './softmax.ts';
import { sqrtGradient } from './sqrt.ts';
import { subGradient } from './sub.ts';
import { tanhGradient } from './tanh.ts';

/** Gradients of the operators that work entry by entry, and of the softmaxes. */
export const ELEMENTWISE_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Add: addGradient,
  Cast: castGradient,
  Clip: clipGradient,
  Div: divGradient,
  Exp: expGradient,
  Identity: identityGradient,
  Log: logGradient,
  LogSoftmax: logSoftmaxGradient,
  Mul: mulGradient,
  Neg: negGradient,
  Relu: reluGradient,
  Sigmoid: sigmoidGradient,
  Softmax: softmaxGradient,
  Sqrt: sqrtGradient,
  Sub: subGradient,
  Tanh: tanhGradient,
};
