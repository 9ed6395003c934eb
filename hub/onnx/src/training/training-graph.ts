import type { Model } from '../format/messages.ts';
import type { FactorShape } from '../gradient/gradient-rows.ts';
import type { LossOptions } from './losses/add-losses.ts';
import type { OptimizerOptions } from './optimizers/add-optimizer.ts';

export interface TrainingOptions {
  /** The main loss. */
  readonly loss: LossOptions;
  /** Further losses; the graph minimises the sum of all, each times its `weight`. @default none */
  readonly auxiliaryLosses?: readonly LossOptions[];
  /** @default { kind: 'adam' } */
  readonly optimizer?: OptimizerOptions;
  /** Names of the initializers to train. @default those that `trainableParameters` finds */
  readonly trainable?: readonly string[];
  /** Largest Euclidean norm of all gradients together; above it they are scaled down. @default no limit */
  readonly clipNorm?: number;
  /**
   * Share of the moving average of each weight that a step keeps, in [0, 1), such as 0.999. The first steps keep less,
   * 1 / 10, 2 / 11, ..., so that the average leaves the first weights behind. @default no average
   */
  readonly averageDecay?: number;
  /** Starts the masks of Dropout nodes. @default 0 */
  readonly seed?: number;
  /**
   * Above 1, a run makes as many steps as its batches are stacked along a new first axis: feeds [steps, batch, ...],
   * labels [steps, ...], learning rates [steps], losses [steps]. The bits are those of single steps.
   *
   * The number is what the caller intends; a run may have fewer steps, as at the end of an epoch. @default 1
   */
  readonly stepsPerRun?: number;
  /**
   * Weights of at least so many entries do not come out of a run changed. It gives their gradients, and `deferred` says
   * how they are updated piece by piece afterwards, which takes memory for one piece. The bits are the same. Only with
   * one step per run. @default none
   */
  readonly deferredFrom?: number;
  /**
   * Most rows of a batch. Gradients of deferred weights whose factors are larger for so many come as they are.
   * @default factors wherever there are any
   */
  readonly batchRows?: number;
}

/**
 * What a state tensor is: a `weight`, a running `statistic` of a normalisation, something the `optimizer` or a Dropout
 * keeps, or the moving `average` of a weight and the count of these averages. Weights and statistics are initializers of
 * the forward graph.
 */
export type StateKind = 'weight' | 'statistic' | 'optimizer' | 'average';

/** A tensor that goes into every run as `input` and comes out of it as `output`. */
export interface StateTensor {
  /** Of a weight or statistic: the name of its initializer in the forward graph. Of an average: `average/WEIGHT`. */
  readonly name: string;
  readonly kind: StateKind;
  readonly input: string;
  readonly output: string;
  readonly dims: readonly number[];
  /** Row-major values before the first step; those of a weight may be the model's own memory. */
  readonly initial: Float32Array;
}

/**
 * The gradient of a deferred weight among the outputs of a run: as it is, in the weight's shape; factors of it, for
 * blocks of its rows; or what is added to some of its rows. `DeferredUpdate` makes of these the rows that it needs.
 */
export type DeferredGradient =
  | { readonly kind: 'whole'; readonly output: string }
  | {
      readonly kind: 'factors';
      readonly blocks: readonly FactoredBlock[];
      /** Whether much of the work does not become less with fewer rows. */
      readonly isDear: boolean;
    }
  | { readonly kind: 'rows'; readonly indices: string; readonly updates: string };

/** Consecutive rows of a gradient that are made of the same factors. */
export interface FactoredBlock {
  readonly rows: number;
  readonly factors: readonly FactorPort[];
}

/** An output of a run that goes into updates. */
export interface FactorPort {
  readonly output: string;
  /** Of `DeferredUpdate`. */
  readonly input: string;
  /** `undefined` where it is not known beforehand. */
  readonly shape: FactorShape | undefined;
}

/**
 * The step of an optimizer for consecutive entries of one weight: a graph from them to their next values.
 *
 * With a gradient that is `whole`, the input `gradient` has its entries. Others have inputs for factors, or by the names
 * of their parts, and `from` and `to`, int64 [1]: the rows that the entries are, of the weight or of one block of its
 * gradient. `weightPieces` says which rows, for the bits to be those of a run that updates all at once. A gradient of `rows` needs one thread: ONNX Runtime loses some of
 * many additions to one row on several.
 */
export interface DeferredUpdate {
  readonly model: Model;
  readonly gradient: DeferredGradient['kind'];
  readonly learningRate: string;
  /** Input for the output of this name of the run; with `clipNorm` only. */
  readonly gradientScale?: string;
  /** Inputs for state of the training graph, with the values that went into the run. */
  readonly shared: readonly { readonly name: string; readonly input: string }[];
  /** Entries of the weight, flat, then of what is kept of it, whose name is the weight's behind `prefix`. */
  readonly own: readonly (Omit<StateTensor, 'name' | 'dims' | 'initial'> & { readonly prefix: string })[];
}

/** Some consecutive entries of a deferred weight, `from` in, `to` not, that go into every run under a name of their own. */
export interface WeightPart {
  readonly input: string;
  readonly dims: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** A weight that goes into every run and does not come out of it. */
export interface DeferredWeight {
  /** Of its initializer in the forward graph. */
  readonly name: string;
  readonly input: string;
  readonly dims: readonly number[];
  /** Row-major values before the first step, as of `StateTensor`; averages start from them too, all else from 0. */
  readonly initial: Float32Array;
  /** Large parts that the graph reads by themselves; a view of the weight's entries will do. */
  readonly parts: readonly WeightPart[];
  readonly gradient: DeferredGradient;
  /** Shared with weights that are updated alike. */
  readonly update: DeferredUpdate;
}

/** Inputs and output of one loss. */
export interface TrainedLoss {
  readonly options: LossOptions;
  /** Input for the labels, or the value of the forward graph that the loss names. */
  readonly labels: string;
  /** Input for one weight per row, where asked for. */
  readonly rowWeights?: string;
  /** Output with the mean over the batch before the step, without the loss's weight: a float32 scalar, or [steps]. */
  readonly loss: string;
}

/** One or several steps of training as one ordinary graph: losses, gradients and optimizer. */
export interface TrainingGraph {
  readonly model: Model;
  /** Data inputs of the forward graph that the losses depend on. */
  readonly feeds: readonly string[];
  /** Labels of the main loss. */
  readonly labels: string;
  /** Row weights of the main loss, where asked for. */
  readonly rowWeights?: string;
  /** Input for the learning rate, a float32 scalar, or [steps]. */
  readonly learningRate: string;
  /** Output with the weighted sum of all losses before the step, a float32 scalar, or [steps]. */
  readonly loss: string;
  /** All losses, the main one first. */
  readonly losses: readonly TrainedLoss[];
  /** Output with the norm of all gradients before clipping, a float32 scalar, or [steps]; with `clipNorm` only. */
  readonly gradientNorm?: string;
  /** Output with what gradients are multiplied with to clip them, a float32 scalar; with deferred weights only. */
  readonly gradientScale?: string;
  /** As in the options. */
  readonly stepsPerRun: number;
  /** Weights first, in the order of the graph's initializers; then statistics, the optimizer's, averages. */
  readonly state: readonly StateTensor[];
  /** Weights that are not among the state. */
  readonly deferred: readonly DeferredWeight[];
}
