import {
  buildTrainingGraph,
  float32,
  type Model,
  nextState,
  type StateTensor,
  scalar,
  type TrainingGraph,
  tensor,
  writeModel,
} from '@edgeloop/onnx';
import { InternalError } from '../../../errors.ts';
import type { GraphEngine, GraphRunner, Tensors } from '../../../graph-engine.ts';
import type { DealtBatches } from '../../rows/batches.ts';
import type { StateSlot, StepResult, TrainingStep, TrainingStepOptions } from '../../trainer/training-step.ts';
import { WeightUpdates } from './weight-updates.ts';

/** State that goes through the training graph. */
type CarriedSlot = StateSlot & Pick<StateTensor, 'input' | 'output'>;

/**
 * A loaded training graph: makes one step, or several in one run, where that pays. Weights that are too large to go
 * through it are updated afterwards.
 */
export class GraphStep implements TrainingStep {
  readonly #graph: Omit<TrainingGraph, 'state' | 'deferred' | 'model'>;
  readonly #runner: GraphRunner;
  readonly #updates: WeightUpdates;
  readonly #carried: readonly CarriedSlot[];
  readonly #input: string;
  readonly #dims: readonly number[];

  readonly slots: readonly StateSlot[];
  #first: Tensors | undefined;
  /** The carried state before the present one, by output: the next one takes its place. */
  #spare: Tensors | undefined;

  private constructor(
    { state, deferred: _deferred, model: _model, ...ports }: TrainingGraph,
    runner: GraphRunner,
    updates: WeightUpdates,
    { input, dims }: TrainingStepOptions,
  ) {
    this.#graph = ports;
    this.#runner = runner;
    this.#updates = updates;
    this.#carried = state.map(({ initial, ...slot }) => ({ ...slot, size: initial.length }));
    const all = [...state, ...updates.takeFirstState()];
    this.slots = all.map(({ name, kind, dims: shape, initial }) => ({ name, kind, dims: shape, size: initial.length }));
    this.#first = firstState(all);
    this.#input = input;
    this.#dims = dims;
  }

  static async open(engine: GraphEngine, forward: Model, options: TrainingStepOptions): Promise<GraphStep> {
    const graph = buildTrainingGraph(forward, options);
    const { threads } = options;
    const runner = await engine.open(writeModel(graph.model), { threads, isFrugal: true });
    const updates = await WeightUpdates.open(engine, graph, threads);
    return new GraphStep(graph, runner, updates, options);
  }

  get batchesPerRun(): number {
    return this.#graph.stepsPerRun;
  }

  takeFirstState(): Tensors {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) throw new InternalError('training step: its first state was taken before');
    return first;
  }

  async run(state: Tensors, dealt: DealtBatches, learningRates: readonly number[]): Promise<StepResult> {
    const graph = this.#graph;
    const isStacked = graph.stepsPerRun > 1;
    const stack = isStacked ? [dealt.batches] : [];
    const rate = scalar(learningRates[0] ?? 0);
    const feeds = {
      ...this.#byPort('input', state),
      ...this.#updates.feeds(state),
      [this.#input]: float32(dealt.values, [...stack, dealt.rows, ...this.#dims]),
      ...labelFeed(graph.labels, dealt, stack),
      [graph.learningRate]: isStacked ? float32(learningRates) : rate,
    };
    const into = { ...(this.#spare ?? this.#newSpare()), ...this.#updates.targets(dealt.rows) };
    const outputs = await this.#runner.run(feeds, into);
    await this.#updates.apply(state, outputs, { rate, rows: dealt.rows });
    this.#spare = this.#byPort('output', state);
    const names = this.#carried.map(({ name, output }) => ({ name, input: name, output }));
    return {
      state: { ...state, ...nextState({ state: names }, outputs) },
      losses: (outputs[graph.loss]?.data ?? []) as ArrayLike<number>,
    };
  }

  async close(): Promise<void> {
    await this.#runner.close();
    await this.#updates.close();
  }

  #byPort(port: 'input' | 'output', state: Tensors): Tensors {
    return Object.fromEntries(this.#carried.map((slot) => [slot[port], state[slot.name]])) as Tensors;
  }

  #newSpare(): Tensors {
    return Object.fromEntries(
      this.#carried.map(({ output, dims, size }) => [output, float32(new Float32Array(size), dims)]),
    );
  }
}

/** Nothing where the graph compares rows with themselves. */
function labelFeed(name: string, { labels, rows }: DealtBatches, stack: readonly number[]): Tensors {
  if (labels === undefined) return {};
  const isNumbers = labels instanceof Float32Array;
  return {
    [name]: isNumbers ? float32(labels, [...stack, rows, 1]) : tensor('int64', [...stack, rows], labels),
  };
}

/** Each tensor with memory of its own, for they will be written over: averages begin as the very arrays of weights. */
function firstState(state: readonly Pick<StateTensor, 'name' | 'initial' | 'dims'>[]): Tensors {
  const taken = new Set<Float32Array>();
  return Object.fromEntries(
    state.map(({ name, initial, dims }) => {
      const values = taken.has(initial) ? initial.slice() : initial;
      taken.add(initial);
      return [name, float32(values, dims)];
    }),
  );
}
