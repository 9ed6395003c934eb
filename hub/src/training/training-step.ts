import {
  averageName,
  buildTrainingGraph,
  float32,
  type Model,
  nextState,
  type StateTensor,
  scalar,
  type Tensor,
  type TrainingGraph,
  type TrainingOptions,
  tensor,
  writeModel,
} from '@edgeloop/onnx';
import { InternalError } from '../errors.ts';
import type { GraphEngine, GraphRunner, Tensors } from '../graph-engine.ts';
import type { DealtBatches } from './batches.ts';

export interface TrainingStepOptions extends TrainingOptions {
  /** Value that takes the rows. */
  readonly input: string;
  /** Shape of one row. */
  readonly dims: readonly number[];
  readonly threads: number;
}

export interface StepResult {
  /** What the next step starts from, by the graph's inputs. */
  readonly state: Tensors;
  /** Of each batch, before its step. */
  readonly losses: ArrayLike<number>;
}

/** A state tensor without its first values, which would lie about for the whole training. */
export interface StateSlot extends Omit<StateTensor, 'initial'> {
  readonly size: number;
}

/** A loaded training graph: makes one step, or several in one run, where that pays. */
export class TrainingStep {
  readonly #graph: Omit<TrainingGraph, 'state' | 'model'>;
  readonly #runner: GraphRunner;
  readonly #input: string;
  readonly #dims: readonly number[];

  readonly slots: readonly StateSlot[];
  #first: Tensors | undefined;
  /** The state before the present one, by output: the next one takes its place. */
  #spare: Tensors | undefined;

  private constructor(graph: TrainingGraph, runner: GraphRunner, { input, dims }: TrainingStepOptions) {
    const { state, model: _, ...ports } = graph;
    this.#graph = ports;
    this.#runner = runner;
    this.slots = state.map(({ initial, ...slot }) => ({ ...slot, size: initial.length }));
    this.#first = firstState(state);
    this.#input = input;
    this.#dims = dims;
  }

  static async open(engine: GraphEngine, forward: Model, options: TrainingStepOptions): Promise<TrainingStep> {
    const graph = buildTrainingGraph(forward, options);
    const runner = await engine.open(writeModel(graph.model), { threads: options.threads, isFrugal: true });
    return new TrainingStep(graph, runner, options);
  }

  /** Most batches that one run takes. */
  get batchesPerRun(): number {
    return this.#graph.stepsPerRun;
  }

  /** What the first step starts from; given once, so that it does not stay in memory. */
  takeFirstState(): Tensors {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) throw new InternalError('training step: its first state was taken before');
    return first;
  }

  /** The state of these values by name; undefined where one is missing or has another size. */
  stateOf(values: ReadonlyMap<string, Float32Array>): Tensors | undefined {
    const state: Record<string, Tensor> = {};
    for (const { name, input, dims, size } of this.slots) {
      const data = values.get(name);
      if (data?.length !== size) return undefined;
      state[input] = float32(data, dims);
    }
    return state;
  }

  /**
   * @param state used up: later steps are written into its tensors
   * @param learningRates of each batch
   */
  async run(state: Tensors, dealt: DealtBatches, learningRates: readonly number[]): Promise<StepResult> {
    const graph = this.#graph;
    const isStacked = graph.stepsPerRun > 1;
    const stack = isStacked ? [dealt.batches] : [];
    const feeds = {
      ...state,
      [this.#input]: float32(dealt.values, [...stack, dealt.rows, ...this.#dims]),
      [graph.labels]: tensor('int64', [...stack, dealt.rows], dealt.labels),
      [graph.learningRate]: isStacked ? float32(learningRates) : scalar(learningRates[0] ?? 0),
    };
    const outputs = await this.#runner.run(feeds, this.#spare ?? this.#newSpare());
    this.#spare = Object.fromEntries(this.slots.map(({ input, output }) => [output, state[input]])) as Tensors;
    return {
      state: nextState({ state: this.slots }, outputs),
      losses: (outputs[graph.loss]?.data ?? []) as ArrayLike<number>,
    };
  }

  /**
   * Values of the forward graph's initializers that training has reached: weights, or their averages where these are
   * kept, and statistics. They are the state's own tensors.
   */
  reached(state: Tensors): Map<string, Tensor> {
    const byName = new Map(this.slots.map(({ name, input }) => [name, state[input]]));
    const kept = this.slots.filter(({ kind }) => kind === 'weight' || kind === 'statistic');
    return new Map(
      kept.flatMap(({ name }) => {
        const value = byName.get(averageName(name)) ?? byName.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  close(): Promise<void> {
    return this.#runner.close();
  }

  #newSpare(): Tensors {
    return Object.fromEntries(
      this.slots.map(({ output, dims, size }) => [output, float32(new Float32Array(size), dims)]),
    );
  }
}

/** Each tensor with memory of its own, for they will be written over: averages begin as the very arrays of weights. */
function firstState(state: readonly StateTensor[]): Tensors {
  const taken = new Set<Float32Array>();
  return Object.fromEntries(
    state.map(({ input, initial, dims }) => {
      const values = taken.has(initial) ? initial.slice() : initial;
      taken.add(initial);
      return [input, float32(values, dims)];
    }),
  );
}
