import { UsageError } from '../../errors.ts';
import { scalar } from '../../tensor/tensor.ts';
import { addEntryLoss } from './entry-loss.ts';
import type { LossRule, LossTarget } from './loss-rule.ts';

export interface HuberOptions extends LossTarget {
  /** Squared near 0, absolute farther out; labels are float32 of the output's shape. */
  readonly kind: 'huber';
  /** Error at which the loss becomes linear, in units of the labels. @default 1 */
  readonly delta?: number;
}

export const DEFAULT_HUBER_DELTA = 1;

/**
 * Mean over all entries of e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2).
 *
 * With c = e clipped to [-delta, delta] both cases are c (e - c / 2), and the slope is c.
 *
 * @see Huber, Robust Estimation of a Location Parameter, 1964
 */
export const addHuber: LossRule<HuberOptions> = (context) => {
  const { delta = DEFAULT_HUBER_DELTA } = context.options;
  if (!(delta > 0)) throw new UsageError('ARGUMENT_INVALID', `delta must be above 0, got ${delta}`);
  return addEntryLoss(context, (graph, output, labels) => {
    const error = graph.node('Sub', [output, labels]);
    const clipped = graph.node('Clip', [error, graph.constant(scalar(-delta)), graph.constant(scalar(delta))]);
    const rest = graph.node('Sub', [error, graph.node('Mul', [clipped, graph.constant(scalar(0.5))])]);
    return { loss: graph.node('Mul', [clipped, rest]), slope: clipped };
  });
};
