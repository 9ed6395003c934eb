import { type TensorOf, tensor } from '../tensor/tensor.ts';
import type { TrainingGraph } from '../training/training-graph.ts';
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
    this.#state = Object.fromEntries(
      graph.state.map(({ input, dims, initial }) => [input, tensor('float32', dims, initial)]),
    );
  }

  static async start(graph: TrainingGraph): Promise<TrainingRun> {
    return new TrainingRun(graph, await ortSession(graph.model));
  }

  /** One step; returns the loss before it. */
  async step(feeds: Feeds, learningRate: number): Promise<number> {
    const { learningRate: rateName, loss, state } = this.#graph;
    const rate = tensor('float32', [], Float32Array.of(learningRate));
    const outputs = await this.#session.run({ ...feeds, ...this.#state, [rateName]: rate });
    this.#state = Object.fromEntries(state.map(({ input, output }) => [input, outputs[output] as TensorOf<'float32'>]));
    return Number((outputs[loss] as TensorOf<'float32'>).data[0]);
  }

  /** Current values by the names of the state. */
  state(): Map<string, Float32Array> {
    return new Map(this.#graph.state.map(({ name, input }) => [name, this.#state[input]?.data ?? new Float32Array()]));
  }
}
