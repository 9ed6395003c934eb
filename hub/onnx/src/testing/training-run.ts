import { type Tensor, type TensorOf, tensor } from '../tensor/tensor.ts';
import type { TrainingGraph } from '../training/training-graph.ts';
import { firstState, nextState, stateByName } from '../training/training-state.ts';
import { type OrtSession, ortSession } from './ort-session.ts';

type Feeds = Readonly<Record<string, TensorOf<'float32' | 'int64'>>>;

/** Runs a training graph step by step and keeps its state in between. */
export class TrainingRun {
  readonly #graph: TrainingGraph;
  readonly #session: OrtSession;
  #state: Record<string, TensorOf<'float32'>>;

  private constructor(graph: TrainingGraph, session: OrtSession) {
    this.#graph = graph;
    this.#session = session;
    this.#state = firstState(graph);
  }

  static async start(graph: TrainingGraph): Promise<TrainingRun> {
    return new TrainingRun(graph, await ortSession(graph.model));
  }

  /** One step; returns the loss before it. */
  async step(feeds: Feeds, learningRate: number): Promise<number> {
    const outputs = await this.outputs(feeds, learningRate);
    return Number((outputs[this.#graph.loss] as TensorOf<'float32'>).data[0]);
  }

  /** One step; returns every output of the graph. */
  async outputs(feeds: Feeds, learningRate: number): Promise<Record<string, Tensor>> {
    return this.#run(feeds, tensor('float32', [], Float32Array.of(learningRate)));
  }

  /** As many steps as there are rates, on feeds stacked along a first axis; returns the loss before each. */
  async steps(feeds: Feeds, learningRates: readonly number[]): Promise<number[]> {
    const outputs = await this.#run(feeds, tensor('float32', [learningRates.length], Float32Array.from(learningRates)));
    return [...(outputs[this.#graph.loss] as TensorOf<'float32'>).data];
  }

  /** Current values by the names of the state. */
  state(): Map<string, Float32Array> {
    return stateByName(this.#graph, this.#state);
  }

  async #run(feeds: Feeds, rate: TensorOf<'float32'>): Promise<Record<string, Tensor>> {
    const { learningRate } = this.#graph;
    const outputs = await this.#session.run({ ...feeds, ...this.#state, [learningRate]: rate });
    this.#state = nextState(this.#graph, outputs) as Record<string, TensorOf<'float32'>>;
    return outputs;
  }
}
