import { scalar } from '../../tensor/tensor.ts';
import { addEntryLoss } from './entry-loss.ts';
import type { LossRule, LossTarget } from './loss-rule.ts';

export interface MeanSquaredErrorOptions extends LossTarget {
  /** Mean over all entries of (output - label)^2; labels are float32 of the output's shape. */
  readonly kind: 'mean-squared-error';
}

/** Mean over all entries of (output - label)^2, rows weighted where asked for. */
export const addMeanSquaredError: LossRule<MeanSquaredErrorOptions> = (context) =>
  addEntryLoss(context, (graph, output, labels) => {
    const error = graph.node('Sub', [output, labels]);
    return {
      loss: graph.node('Mul', [error, error]),
      slope: graph.node('Mul', [error, graph.constant(scalar(2))]),
    };
  });
