import { UsageError } from '../../errors.ts';
import { float32, int64, scalar } from '../../tensor/tensor.ts';
import {
  addClassTerms,
  type ClassTerms,
  checkClassWeights,
  knownClasses,
  labelWeights,
  sumOverClasses,
} from './class-loss.ts';
import { entryCount, type LossContext, type LossRule, type LossTarget, sumOfAll, totalWeight } from './loss-rule.ts';

export interface SoftmaxCrossEntropyOptions extends LossTarget {
  /**
   * Reads logits [batch, ..., class], the classes always along the last axis, and int64 labels [batch, ...] in
   * 0..classes-1.
   */
  readonly kind: 'softmax-cross-entropy';
  /** Weight of each class, shape [class]; the mean is divided by the sum of the labels' weights. @default all 1 */
  readonly classWeights?: Float32Array;
  /** Share of the target that is spread evenly over all classes, in [0, 1). @default 0 */
  readonly labelSmoothing?: number;
}

/** The target of a position, negative, and what its gradient is scaled with. */
interface WeightedTarget {
  /** -(target) times the class weights, of the logits' shape. */
  readonly negative: string;
  /** Sum of a position's target; `undefined` where it is 1. */
  readonly sum: string | undefined;
  /** Weight of each position, [batch, ...]; `undefined` where all weigh the same. */
  readonly weights: string | undefined;
  /** What the sum over positions is divided by. */
  readonly total: string;
}

/**
 * Weighted mean over positions of -log softmax(logits)[label], as PyTorch computes it.
 *
 * Gradient: (sum(target) softmax - target) w / sum(w), which needs no pass through Softmax and Log.
 *
 * @see Szegedy et al., Rethinking the Inception Architecture, section 7, for label smoothing
 */
export const addSoftmaxCrossEntropy: LossRule<SoftmaxCrossEntropyOptions> = (context) => {
  const { graph, options } = context;
  const { labelSmoothing = 0, classWeights } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new UsageError('ARGUMENT_INVALID', `labelSmoothing must be at least 0 and below 1, got ${labelSmoothing}`);
  }
  if (classWeights) checkClassWeights(context, 'classWeights', classWeights);
  const spread = labelSmoothing === 0 ? 0 : labelSmoothing / knownClasses(context, 'label smoothing');
  // Negative, so that the error is a sum.
  const terms = addClassTerms(context, [-spread, labelSmoothing - 1 - spread]);
  const { negative, sum, weights, total } = weightedTarget(context, terms);
  const share = graph.node('Exp', [terms.logShare]);
  const error = graph.node('Add', [sum ? graph.node('Mul', [share, sum]) : share, negative]);
  const spreadOver = weights && graph.node('Unsqueeze', [weights, graph.constant(int64([-1]))]);
  const weighted = (value: string): string => (spreadOver ? graph.node('Mul', [value, spreadOver]) : value);
  const likelihood = sumOfAll(graph, weighted(logLikelihood(context, terms, negative)));
  return {
    ...{ labels: terms.labels, rowWeights: terms.rowWeights },
    loss: graph.node('Neg', [graph.node('Div', [likelihood, total])]),
    gradient: graph.node('Div', [weighted(error), total]),
  };
};

/** Sum of a position's target times log softmax, [batch, ..., 1]. */
function logLikelihood(
  context: LossContext<SoftmaxCrossEntropyOptions>,
  { logOfLabel, logShare }: ClassTerms,
  negative: string,
): string {
  const { graph, options } = context;
  const { labelSmoothing = 0, classWeights } = options;
  if (labelSmoothing === 0) return logOfLabel;
  if (classWeights) return graph.node('Neg', [sumOverClasses(graph, graph.node('Mul', [negative, logShare]))]);
  const own = graph.node('Mul', [logOfLabel, graph.constant(scalar(1 - labelSmoothing))]);
  const share = labelSmoothing / knownClasses(context, 'label smoothing');
  const spread = graph.node('Mul', [sumOverClasses(graph, logShare), graph.constant(scalar(share))]);
  return graph.node('Add', [own, spread]);
}

function weightedTarget(context: LossContext<SoftmaxCrossEntropyOptions>, terms: ClassTerms): WeightedTarget {
  const { graph, options } = context;
  const { classWeights, labelSmoothing = 0 } = options;
  const perClass = classWeights && graph.constant(float32(classWeights), 'class_weights');
  const byLabel = labelWeights(context, terms, perClass);
  const total = byLabel ? totalWeight(graph, byLabel) : entryCount(graph, terms.labels);
  if (!perClass || labelSmoothing === 0) return { negative: terms.target, sum: undefined, weights: byLabel, total };
  // With both, every class's part of the target has its own weight, and only rows weigh a position.
  const negative = graph.node('Mul', [terms.target, perClass]);
  const sum = graph.node('Neg', [sumOverClasses(graph, negative)]);
  return { negative, sum, weights: labelWeights(context, terms, undefined), total };
}
