import { UsageError } from '../../errors.ts';
import { float32, scalar } from '../../tensor/tensor.ts';
import { addEntryLoss } from './entry-loss.ts';
import { type LossRule, type LossTarget, lossDims } from './loss-rule.ts';

export interface BinaryCrossEntropyOptions extends LossTarget {
  /**
   * Reads logits (no Sigmoid in front) of any shape; labels are float32 of the same shape, each between 0 and 1, so that
   * a row may have several.
   */
  readonly kind: 'binary-cross-entropy';
  /** Factor of the positive part, one for all or one per entry of the last axis. @default 1 */
  readonly positiveWeight?: number | Float32Array;
}

/**
 * Mean over all entries of -(p y log s(x) + (1 - y) log(1 - s(x))), s the logistic function, p the positive weight.
 *
 * Computed as (1 - y) x + (1 + (p - 1) y) softplus(-x), which neither overflows nor takes the logarithm of 0.
 */
export const addBinaryCrossEntropy: LossRule<BinaryCrossEntropyOptions> = (context) => {
  const { positiveWeight = 1 } = context.options;
  checkPositiveWeight(lossDims(context).at(-1), positiveWeight);
  return addEntryLoss(context, (graph, logits, labels) => {
    if (positiveWeight === 1) {
      const linear = graph.node('Mul', [logits, labels]);
      return {
        loss: graph.node('Sub', [graph.node('Softplus', [logits]), linear]),
        slope: graph.node('Sub', [graph.node('Sigmoid', [logits]), labels]),
      };
    }
    const one = graph.constant(scalar(1));
    const weights = typeof positiveWeight === 'number' ? scalar(positiveWeight) : float32(positiveWeight);
    const positive = graph.constant({ ...weights, data: weights.data.map((weight) => weight - 1) });
    const share = graph.node('Add', [one, graph.node('Mul', [positive, labels])]);
    const negative = graph.node('Sub', [one, labels]);
    const opposite = graph.node('Neg', [logits]);
    const curved = graph.node('Mul', [share, graph.node('Softplus', [opposite])]);
    return {
      loss: graph.node('Add', [graph.node('Mul', [negative, logits]), curved]),
      slope: graph.node('Sub', [negative, graph.node('Mul', [share, graph.node('Sigmoid', [opposite])])]),
    };
  });
};

function checkPositiveWeight(last: unknown, weight: number | Float32Array): void {
  const values = typeof weight === 'number' ? [weight] : [...weight];
  if (!values.every((value) => value >= 0 && Number.isFinite(value))) {
    throw new UsageError('ARGUMENT_INVALID', `positiveWeight must be at least 0, got ${weight}`);
  }
  if (typeof weight !== 'number' && typeof last === 'number' && weight.length !== last) {
    throw new UsageError('ARGUMENT_INVALID', `positiveWeight must have ${last} entries, got ${weight.length}`);
  }
}
