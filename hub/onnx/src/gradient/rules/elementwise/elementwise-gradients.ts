import type { GradientRule } from '../../rule-context.ts';
import { absGradient } from './abs.ts';
import { addGradient } from './add.ts';
import { castGradient } from './cast.ts';
import { clipGradient } from './clip.ts';
import { cosGradient } from './cos.ts';
import { divGradient } from './div.ts';
import { erfGradient } from './erf.ts';
import { expGradient } from './exp.ts';
import { celuGradient, eluGradient, seluGradient } from './exponential-unit.ts';
import { extremumGradient } from './extremum.ts';
import { geluGradient } from './gelu.ts';
import { hardSigmoidGradient } from './hard-sigmoid.ts';
import { hardSwishGradient } from './hard-swish.ts';
import { identityGradient } from './identity.ts';
import { leakyReluGradient } from './leaky-relu.ts';
import { logGradient } from './log.ts';
import { logSoftmaxGradient } from './log-softmax.ts';
import { meanGradient } from './mean.ts';
import { mishGradient } from './mish.ts';
import { mulGradient } from './mul.ts';
import { negGradient } from './neg.ts';
import { pReluGradient } from './p-relu.ts';
import { powGradient } from './pow.ts';
import { reciprocalGradient } from './reciprocal.ts';
import { reluGradient } from './relu.ts';
import { sigmoidGradient } from './sigmoid.ts';
import { sinGradient } from './sin.ts';
import { softmaxGradient } from './softmax.ts';
import { softplusGradient } from './softplus.ts';
import { softsignGradient } from './softsign.ts';
import { sqrtGradient } from './sqrt.ts';
import { stepGradient } from './step.ts';
import { subGradient } from './sub.ts';
import { sumGradient } from './sum.ts';
import { tanhGradient } from './tanh.ts';
import { whereGradient } from './where.ts';

/** Gradients of the operators that work entry by entry, and of the softmaxes. */
export const ELEMENTWISE_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Abs: absGradient,
  Add: addGradient,
  Cast: castGradient,
  Ceil: stepGradient,
  Celu: celuGradient,
  Clip: clipGradient,
  Cos: cosGradient,
  Div: divGradient,
  Elu: eluGradient,
  Erf: erfGradient,
  Exp: expGradient,
  Floor: stepGradient,
  Gelu: geluGradient,
  HardSigmoid: hardSigmoidGradient,
  HardSwish: hardSwishGradient,
  Identity: identityGradient,
  LeakyRelu: leakyReluGradient,
  Log: logGradient,
  LogSoftmax: logSoftmaxGradient,
  Max: extremumGradient,
  Mean: meanGradient,
  Min: extremumGradient,
  Mish: mishGradient,
  Mul: mulGradient,
  Neg: negGradient,
  Pow: powGradient,
  PRelu: pReluGradient,
  Reciprocal: reciprocalGradient,
  Relu: reluGradient,
  Round: stepGradient,
  Selu: seluGradient,
  Sigmoid: sigmoidGradient,
  Sign: stepGradient,
  Sin: sinGradient,
  Softmax: softmaxGradient,
  Softplus: softplusGradient,
  Softsign: softsignGradient,
  Sqrt: sqrtGradient,
  Sub: subGradient,
  Sum: sumGradient,
  Tanh: tanhGradient,
  Where: whereGradient,
};
