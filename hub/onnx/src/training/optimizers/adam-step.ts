import type { StateTensor } from '../training-graph.ts';
import {
  type OptimizerContext,
  type OptimizerParameter,
  type OptimizerStep,
  requireAtLeast0,
  requireShare,
  type WeightDecayOptions,
} from './optimizer-context.ts';

/** What Adam and AdamW share. */
export interface AdamMoments extends WeightDecayOptions {
  /** Share of the mean of gradients that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** Share of the mean of squared gradients that is kept, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** Added to the root of the second moment. @default 1e-8 */
  readonly epsilon?: number;
}

/**
 * Adds one step of Adam from the weights `from`, in the order of `parameters`.
 *
 * Written so that each weight is passed over as few times as possible: what is kept is M = m / (1 - beta1) and
 * V = v / (1 - beta2), hence M' = beta1 M + g and V' = beta2 V + g^2, and the step is
 * rate M / (sqrt(V) + e) with scalars that hold all corrections,
 * rate = lr (1 - beta1) sqrt(c2) / (c1 sqrt(1 - beta2)) and e = epsilon sqrt(c2) / sqrt(1 - beta2).
 * The corrections c = 1 - beta^t follow c' = beta c + (1 - beta), which keeps in float32 the digits that a power of beta
 * near 1 loses.
 *
 * @see Kingma and Ba, Adam, algorithm 1 and the end of section 2
 */
export function addAdamStep(
  context: OptimizerContext,
  options: AdamMoments,
  parameters: readonly OptimizerParameter[],
  from: readonly string[],
): OptimizerStep {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  requireShare('beta1', beta1);
  requireShare('beta2', beta2);
  requireAtLeast0('epsilon', epsilon);
  const corrections = context.state('adam_corrections', 2, (last) =>
    context.op('Add', context.op('Mul', last, context.vector([beta1, beta2])), context.vector([1 - beta1, 1 - beta2])),
  );
  const first = context.entry(corrections.output, 0);
  const root = context.op('Sqrt', context.entry(corrections.output, 1));
  const spread = Math.sqrt(1 - beta2);
  const scaled = context.op('Mul', root, context.scalar(1 / spread));
  const size = context.op('Mul', scaled, context.scalar(epsilon));
  const share = context.op('Mul', context.learningRate, context.scalar(1 - beta1));
  const rate = context.op('Mul', share, context.op('Div', scaled, first));
  const moments: StateTensor[] = [];
  const weights = parameters.map((parameter, at) => {
    const { gradient, input } = parameter;
    const mean = context.stateOf(parameter, 'adam_mean', (last) =>
      context.op('Add', context.op('Mul', last, context.scalar(beta1)), gradient),
    );
    const square = context.stateOf(parameter, 'adam_square', (last) =>
      context.op('Add', context.op('Mul', last, context.scalar(beta2)), context.op('Mul', gradient, gradient)),
    );
    moments.push(mean, square);
    const direction = context.op('Div', mean.output, context.op('Add', context.op('Sqrt', square.output), size));
    return context.op('Sub', from[at] ?? input, context.op('Mul', direction, rate));
  });
  return { weights, state: [...moments, corrections] };
}
