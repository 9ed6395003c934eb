import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { scalar } from '../../tensor/tensor.ts';
import {
  type AddedLoss,
  asColumn,
  entryCount,
  type LossContext,
  type LossTarget,
  lossDims,
  sumOfAll,
  totalWeight,
} from './loss-rule.ts';

/** Loss and slope of every entry, both of the shape of the output. */
export interface EntryTerms {
  readonly loss: string;
  readonly slope: string;
}

/**
 * A loss that is the mean over all entries of a term of the entry and its label, rows weighted where asked for.
 *
 * Labels are float32 of the output's shape.
 */
export function addEntryLoss<Options extends LossTarget>(
  context: LossContext<Options>,
  terms: (graph: GraphBuilder, output: string, labels: string) => EntryTerms,
): AddedLoss {
  const { graph, options, inputs } = context;
  const labels = inputs.labels('float32', lossDims(context));
  const rowWeights = inputs.rowWeights();
  const share = shareOfEntry(context, rowWeights);
  const { loss, slope } = terms(graph, options.output, labels);
  const gradient = graph.node('Mul', [slope, share]);
  return { labels, rowWeights, gradient, loss: sumOfAll(graph, graph.node('Mul', [loss, share])) };
}

/** Weight of each entry of the output; all weights of a batch add up to 1. */
function shareOfEntry(context: LossContext, rowWeights: string | undefined): string {
  const { graph, options } = context;
  const entries = entryCount(graph, options.output);
  if (rowWeights === undefined) return graph.node('Div', [graph.constant(scalar(1)), entries]);
  const perRow = graph.node('Div', [entryCount(graph, rowWeights), entries]);
  const factor = graph.node('Div', [perRow, totalWeight(graph, rowWeights)]);
  return graph.node('Mul', [asColumn(graph, rowWeights, lossDims(context).length), factor]);
}
