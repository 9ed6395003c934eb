import { type AdamMoments, addAdamStep } from './adam-step.ts';
import type { OptimizerContext, OptimizerStep } from './optimizer-context.ts';

export interface AdamOptions extends AdamMoments {
  /** Adaptive moments; weight decay is a penalty on the loss, so it is divided by the moments too. */
  readonly kind: 'adam';
}

/** Adds one step of Adam. @see Kingma and Ba, Adam, algorithm 1; torch.optim.Adam */
export function addAdam(context: OptimizerContext, options: AdamOptions): OptimizerStep {
  return addAdamStep(context, options, context.penalized(options), []);
}
