import type { StateTensor } from '../training-graph.ts';
import {
  type OptimizerContext,
  type OptimizerStep,
  requireAtLeast0,
  requireShare,
  type WeightDecayOptions,
} from './optimizer-context.ts';

export interface RmspropOptions extends WeightDecayOptions {
  /** Gradients divided by the root of their mean square; weight decay is a penalty on the loss. */
  readonly kind: 'rmsprop';
  /** Share of the mean of squared gradients that is kept, in [0, 1). @default 0.99 */
  readonly alpha?: number;
  /** Added to the root. @default 1e-8 */
  readonly epsilon?: number;
  /** Share of the last direction that is kept, in [0, 1). @default 0 */
  readonly momentum?: number;
}

/**
 * Adds w - rate b, where b = momentum b + g / (sqrt(s) + epsilon) and s = alpha s + (1 - alpha) g^2.
 *
 * What is kept is S = s / (1 - alpha), which needs one pass over memory less; the factor moves into the rate.
 *
 * @see Tieleman and Hinton, Lecture 6.5; torch.optim.RMSprop
 */
export function addRmsprop(context: OptimizerContext, options: RmspropOptions): OptimizerStep {
  const { alpha = 0.99, epsilon = 1e-8, momentum = 0 } = options;
  requireShare('alpha', alpha);
  requireShare('momentum', momentum);
  requireAtLeast0('epsilon', epsilon);
  const root = Math.sqrt(1 - alpha);
  const rate = context.op('Div', context.learningRate, context.scalar(root));
  const state: StateTensor[] = [];
  const weights = context.penalized(options).map((parameter) => {
    const { gradient, input } = parameter;
    const square = context.stateOf(parameter, 'rmsprop_square', (last) =>
      context.op('Add', context.op('Mul', last, context.scalar(alpha)), context.op('Mul', gradient, gradient)),
    );
    state.push(square);
    const size = context.op('Add', context.op('Sqrt', square.output), context.scalar(epsilon / root));
    let direction = context.op('Div', gradient, size);
    if (momentum > 0) {
      const kept = context.stateOf(parameter, 'rmsprop_momentum', (last) =>
        context.op('Add', context.op('Mul', last, context.scalar(momentum)), direction),
      );
      state.push(kept);
      direction = kept.output;
    }
    return context.op('Sub', input, context.op('Mul', direction, rate));
  });
  return { weights, state };
}
