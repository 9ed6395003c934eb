import { addEntryLoss } from './entry-loss.ts';
import type { LossRule, LossTarget } from './loss-rule.ts';

export interface MeanAbsoluteErrorOptions extends LossTarget {
  /** Mean over all entries of |output - label|; labels are float32 of the output's shape. */
  readonly kind: 'mean-absolute-error';
}

/** Mean over all entries of |output - label|; the slope at 0 is 0. */
export const addMeanAbsoluteError: LossRule<MeanAbsoluteErrorOptions> = (context) =>
  addEntryLoss(context, (graph, output, labels) => {
    const error = graph.node('Sub', [output, labels]);
    return { loss: graph.node('Abs', [error]), slope: graph.node('Sign', [error]) };
  });
