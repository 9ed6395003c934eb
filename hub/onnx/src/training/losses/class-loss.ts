import { ModelError, UsageError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, int64 } from '../../tensor/tensor.ts';
import { asColumn, type LossContext, lossDims } from './loss-rule.ts';

/** What losses over classes share: logits [batch, ..., class], int64 labels [batch, ...] in 0..classes-1. */
export interface ClassTerms {
  readonly labels: string;
  readonly rowWeights: string | undefined;
  /** log softmax(logits) along the last axis. */
  readonly logShare: string;
  /** log softmax(logits) at the label, [batch, ..., 1]. A run with a label that is no class ends with an error. */
  readonly logOfLabel: string;
  /** `on` at the label, `off` elsewhere, of the logits' shape. */
  readonly target: string;
}

/** Declares labels and adds what every loss over classes starts with. */
export function addClassTerms(context: LossContext, [off, on]: readonly [number, number]): ClassTerms {
  const { graph, options, inputs } = context;
  const dims = lossDims(context, 2);
  const labels = inputs.labels('int64', dims.slice(0, -1));
  const rowWeights = inputs.rowWeights();
  const logShare = graph.node('LogSoftmax', [options.output], { axis: -1 });
  const values = graph.constant(float32([off, on]));
  const column = graph.node('Unsqueeze', [labels, graph.constant(int64([-1]))]);
  return {
    ...{ labels, rowWeights, logShare },
    // Picked, not multiplied: a class that is masked has the logarithm of 0.
    logOfLabel: graph.node('GatherElements', [logShare, column], { axis: -1 }),
    target: graph.node('OneHot', [labels, depth(context), values], { axis: -1 }),
  };
}

/** Number of classes. @throws ModelError SHAPE_MISMATCH where it is open */
export function knownClasses(context: LossContext, purpose: string): number {
  const classes = lossDims(context, 2).at(-1);
  if (typeof classes === 'number') return classes;
  const message = `Logits ${context.options.output} must have a known number of classes for ${purpose}, got ${classes}`;
  throw new ModelError('SHAPE_MISMATCH', message, { place: { value: context.options.output } });
}

/** @throws UsageError ARGUMENT_INVALID when the weights are not one per class */
export function checkClassWeights(context: LossContext, name: string, weights: Float32Array): void {
  const classes = lossDims(context, 2).at(-1);
  if (typeof classes !== 'number' || weights.length === classes) return;
  throw new UsageError('ARGUMENT_INVALID', `${name} must have ${classes} entries, got ${weights.length}`);
}

/** Row weights times the weight of each label's class, of the labels' shape; `undefined` where all weigh the same. */
export function labelWeights(
  context: LossContext,
  { labels, rowWeights }: Pick<ClassTerms, 'labels' | 'rowWeights'>,
  perClass: string | undefined,
): string | undefined {
  const { graph } = context;
  const byLabel = perClass && graph.node('Gather', [perClass, labels]);
  if (rowWeights === undefined) return byLabel;
  const rank = lossDims(context).length - 1;
  const rows = asColumn(graph, rowWeights, rank);
  if (byLabel !== undefined) return graph.node('Mul', [byLabel, rows]);
  return rank === 1 ? rows : graph.node('Expand', [rows, graph.node('Shape', [labels])]);
}

/** Sum along the last axis, which stays with size 1. */
export function sumOverClasses(graph: GraphBuilder, value: string): string {
  return graph.node('ReduceSum', [value, graph.constant(int64([-1]))], { keepdims: 1 });
}

function depth(context: LossContext): string {
  const { graph, options } = context;
  const classes = lossDims(context).at(-1);
  if (typeof classes === 'number') return graph.constant(int64([classes]));
  return graph.node('Gather', [graph.node('Shape', [options.output]), graph.constant(int64([-1]))]);
}
