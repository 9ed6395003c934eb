import { type AdamMoments, addAdamStep } from './adam-step.ts';
import type { OptimizerContext, OptimizerStep } from './optimizer-context.ts';

export interface AdamwOptions extends AdamMoments {
  /** Adam with weight decay apart from the gradient. */
  readonly kind: 'adamw';
}

/** Adds one step of AdamW. @see Loshchilov and Hutter, Decoupled Weight Decay Regularization, algorithm 2 */
export function addAdamw(context: OptimizerContext, options: AdamwOptions): OptimizerStep {
  return addAdamStep(context, options, context.parameters, context.decayed(options));
}
