import { UsageError } from '../../errors.ts';
import { float32, int64, scalar } from '../../tensor/tensor.ts';
import { addClassTerms, type ClassTerms, checkClassWeights, labelWeights } from './class-loss.ts';
import { entryCount, type LossContext, type LossRule, type LossTarget, sumOfAll, totalWeight } from './loss-rule.ts';

export interface FocalOptions extends LossTarget {
  /** Reads logits [batch, ..., class] and int64 labels [batch, ...], as softmax cross-entropy does. */
  readonly kind: 'focal';
  /** How much less a position counts the surer it is; 0 is cross-entropy. @default 2 */
  readonly gamma?: number;
  /** Factor, one for all or one per class of the label. Unlike class weights, it does not divide the mean. @default 1 */
  readonly alpha?: number | Float32Array;
}

export const DEFAULT_FOCAL_GAMMA = 2;
/** Keeps (1 - p)^(gamma - 1) finite where a position is certain; its loss is 0 all the same. */
const LEAST_DOUBT = 1e-7;

/**
 * Mean over positions of -alpha (1 - p)^gamma log p, where p is softmax(logits)[label].
 *
 * Gradient: alpha (gamma (1 - p)^(gamma - 1) p log p - (1 - p)^gamma) (onehot - softmax).
 *
 * @see Lin et al., Focal Loss for Dense Object Detection, equation 5
 */
export const addFocal: LossRule<FocalOptions> = (context) => {
  const { graph, options } = context;
  const { gamma = DEFAULT_FOCAL_GAMMA } = options;
  if (!(gamma >= 0 && Number.isFinite(gamma))) {
    throw new UsageError('ARGUMENT_INVALID', `gamma must be at least 0, got ${gamma}`);
  }
  const terms = addClassTerms(context, [0, 1]);
  const { logOfLabel } = terms;
  const share = graph.node('Exp', [logOfLabel]);
  const certainty = graph.node('Sub', [graph.constant(scalar(1)), share]);
  const doubt = graph.node('Max', [certainty, graph.constant(scalar(LEAST_DOUBT))]);
  const focus = graph.node('Pow', [doubt, graph.constant(scalar(gamma))]);
  const slope = graph.node('Mul', [graph.node('Div', [focus, doubt]), graph.constant(scalar(gamma))]);
  const curved = graph.node('Mul', [slope, graph.node('Mul', [share, logOfLabel])]);
  const weight = positionWeight(context, terms);
  const factor = graph.node('Mul', [graph.node('Sub', [focus, curved]), weight]);
  const error = graph.node('Sub', [graph.node('Exp', [terms.logShare]), terms.target]);
  const loss = graph.node('Mul', [graph.node('Mul', [focus, logOfLabel]), weight]);
  return {
    ...{ labels: terms.labels, rowWeights: terms.rowWeights },
    loss: graph.node('Neg', [sumOfAll(graph, loss)]),
    gradient: graph.node('Mul', [error, factor]),
  };
};

/** alpha times the row's share of the mean: a scalar, or [batch, ..., 1]. */
function positionWeight(context: LossContext<FocalOptions>, terms: ClassTerms): string {
  const { graph, options } = context;
  const { alpha = 1 } = options;
  const rows = labelWeights(context, terms, undefined);
  const total = rows ? totalWeight(graph, rows) : entryCount(graph, terms.labels);
  if (typeof alpha !== 'number') checkClassWeights(context, 'alpha', alpha);
  const perClass = typeof alpha === 'number' ? undefined : graph.constant(float32(alpha), 'alpha');
  const weights = labelWeights(context, terms, perClass);
  const factor = graph.node('Div', [graph.constant(scalar(typeof alpha === 'number' ? alpha : 1)), total]);
  if (weights === undefined) return factor;
  return graph.node('Mul', [graph.node('Unsqueeze', [weights, graph.constant(int64([-1]))]), factor]);
}
