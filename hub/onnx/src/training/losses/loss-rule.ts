import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { ValueType } from '../../graph/value-type.ts';
import type { LossOptions } from '../training-graph.ts';

export interface LossContext {
  readonly graph: GraphBuilder;
  readonly options: LossOptions;
  /** What is known of the value that the loss reads. */
  readonly output: ValueType;
}

export interface AddedLoss {
  /** Scalar: the weighted mean over the batch. */
  readonly loss: string;
  /** Gradient of the loss with respect to the value it reads, of the same shape. */
  readonly gradient: string;
  readonly labels: string;
  readonly rowWeights: string | undefined;
}

/** Adds the nodes of one loss and of its gradient. */
export type LossRule = (context: LossContext) => AddedLoss;

/** Declares the input for row weights [batch] where the options ask for it. */
export function addRowWeights({ graph, options, output }: LossContext): string | undefined {
  return options.rowWeights ? graph.freshInput('row_weights', 'float32', [output.dims?.[0]]) : undefined;
}

/** Smallest sum of weights that a batch is divided by, so that a batch of weight 0 has loss 0. */
export const MIN_TOTAL_WEIGHT = 1e-12;
