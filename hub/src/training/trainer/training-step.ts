import type { Model, StateKind, TrainingOptions } from '@edgeloop/onnx';
import type { Tensors } from '../../graph-engine.ts';
import type { DealtBatches } from '../rows/batches.ts';

export interface TrainingStepOptions extends TrainingOptions {
  /** Value that takes the rows. */
  readonly input: string;
  /** Shape of one row. */
  readonly dims: readonly number[];
  readonly threads: number;
}

/** What computes the steps of a training. */
export interface TrainingEngine {
  /** For records: 'onnxruntime-node 1.30.0 cpu', 'tfjs 4.22.0 cpu'. */
  readonly name: string;
  /**
   * Loads what makes steps of a network.
   *
   * @param forward graph from `options.input` to the output of `options.loss`
   */
  open(forward: Model, options: TrainingStepOptions): Promise<TrainingStep>;
}

export interface StepResult {
  /** What the next step starts from, by name. */
  readonly state: Tensors;
  /** Of each batch, before its step. */
  readonly losses: ArrayLike<number>;
}

/** A state tensor without its first values, which would lie about for the whole training. */
export interface StateSlot {
  readonly name: string;
  readonly kind: StateKind;
  readonly dims: readonly number[];
  readonly size: number;
}

/** Makes the steps of a training, whichever engine computes them. */
export interface TrainingStep {
  /** All of the state, named as the initializers of the forward graph and as `@edgeloop/onnx` names the rest. */
  readonly slots: readonly StateSlot[];
  /** Most batches that one run takes. */
  readonly batchesPerRun: number;
  /** What the first step starts from, each tensor an array of its own; given once, so that it does not stay in memory. */
  takeFirstState(): Tensors;
  /**
   * @param state by name; used up: this step and later ones may be written into its tensors
   * @param learningRates of each batch
   */
  run(state: Tensors, dealt: DealtBatches, learningRates: readonly number[]): Promise<StepResult>;
  close(): Promise<void>;
}
