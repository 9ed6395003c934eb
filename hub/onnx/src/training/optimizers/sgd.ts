import { UsageError } from '../../errors.ts';
import type { StateTensor } from '../training-graph.ts';
import {
  type OptimizerContext,
  type OptimizerStep,
  requireShare,
  type WeightDecayOptions,
} from './optimizer-context.ts';

export interface SgdOptions extends WeightDecayOptions {
  /** Stochastic gradient descent; weight decay is a penalty on the loss. */
  readonly kind: 'sgd';
  /** Share of the last direction that is kept, in [0, 1). @default 0 */
  readonly momentum?: number;
  /** Looks ahead along the direction; needs momentum. @default false */
  readonly nesterov?: boolean;
}

/**
 * Adds w - rate b, where b = momentum b + g, or with Nesterov's momentum w - rate (g + momentum b).
 *
 * @see Sutskever et al., On the importance of initialization and momentum; torch.optim.SGD
 */
export function addSgd(context: OptimizerContext, options: SgdOptions): OptimizerStep {
  const { momentum = 0, nesterov = false } = options;
  requireShare('momentum', momentum);
  if (nesterov && momentum === 0) {
    throw new UsageError('ARGUMENT_INVALID', 'momentum must be above 0 for nesterov, got 0');
  }
  const { learningRate } = context;
  const state: StateTensor[] = [];
  const weights = context.penalized(options).map((parameter) => {
    let direction = parameter.gradient;
    if (momentum > 0) {
      const factor = context.scalar(momentum);
      const kept = context.stateOf(parameter, 'sgd_momentum', (last) =>
        context.op('Add', context.op('Mul', last, factor), parameter.gradient),
      );
      state.push(kept);
      const ahead = (): string => context.op('Add', parameter.gradient, context.op('Mul', kept.output, factor));
      direction = nesterov ? ahead() : kept.output;
    }
    return context.op('Sub', parameter.input, context.op('Mul', direction, learningRate));
  });
  return { weights, state };
}
