import { ModelError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { DATA_TYPE, type ElementType } from '../../tensor/element-type.ts';
import { int64, scalar } from '../../tensor/tensor.ts';

/** What every loss is told. */
export interface LossTarget {
  /** Value that the loss reads: any value of the forward graph, also one that is no output. */
  readonly output: string;
  /**
   * Where the labels come from. Losses that name the same labels share one input; the name of a value of the forward
   * graph takes that value as it is, without a gradient of its own (an autoencoder's labels are its own input).
   * @default a new input `labels`
   */
  readonly labels?: string;
  /** Share of this loss in the total. @default 1 */
  readonly weight?: number;
  /** Adds an input with one weight per row, shape [batch]; 0 leaves a row out. @default false */
  readonly rowWeights?: boolean;
}

/** Declares the inputs of losses. */
export interface LossInputs {
  /** Input or value that holds the labels. */
  labels(type: ElementType, dims: readonly Dim[]): string;
  /** Input [batch] of row weights, where the options ask for it. */
  rowWeights(): string | undefined;
}

export interface LossContext<Options extends LossTarget = LossTarget> {
  readonly graph: GraphBuilder;
  readonly options: Options;
  /** What is known of the value that the loss reads. */
  readonly output: ValueType;
  readonly inputs: LossInputs;
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
export type LossRule<Options extends LossTarget> = (context: LossContext<Options>) => AddedLoss;

/** Smallest sum of weights that a batch is divided by, so that a batch of weight 0 has loss 0. */
export const MIN_TOTAL_WEIGHT = 1e-12;

/**
 * Sizes of the value that a loss reads.
 *
 * @throws ModelError SHAPE_MISMATCH where not even their number is known
 */
export function lossDims({ options, output }: LossContext, minRank = 0): readonly Dim[] {
  if (output.dims && output.dims.length >= minRank) return output.dims;
  const message = `Loss output ${options.output} must have a known rank of at least ${minRank}, got ${output.dims ? `[${output.dims}]` : 'none'}`;
  throw new ModelError('SHAPE_MISMATCH', message, { place: { value: options.output } });
}

/** Number of entries of a value as a float32 scalar. */
export function entryCount(graph: GraphBuilder, value: string): string {
  return graph.node('Cast', [graph.node('Size', [value])], { to: DATA_TYPE.float32 });
}

export function sumOfAll(graph: GraphBuilder, value: string): string {
  return graph.node('ReduceSum', [value], { keepdims: 0 });
}

/** The sum of weights, kept away from 0. */
export function totalWeight(graph: GraphBuilder, weights: string): string {
  return graph.node('Max', [sumOfAll(graph, weights), graph.constant(scalar(MIN_TOTAL_WEIGHT))]);
}

/** Row weights [batch] with ones behind, so that they spread over a value of `rank` dimensions. */
export function asColumn(graph: GraphBuilder, rowWeights: string, rank: number): string {
  if (rank === 1) return rowWeights;
  const shape = Array.from({ length: rank }, (_, axis) => (axis === 0 ? -1 : 1));
  return graph.node('Reshape', [rowWeights, graph.constant(int64(shape))]);
}
