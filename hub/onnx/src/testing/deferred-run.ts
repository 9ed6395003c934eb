import { float32, int64, scalar, type Tensor, type TensorOf } from '../tensor/tensor.ts';
import type { DeferredWeight, TrainingGraph } from '../training/training-graph.ts';
import { firstState, nextState, stateByName } from '../training/training-state.ts';
import { weightPieces } from '../training/weight-pieces.ts';
import { type OrtSession, ortSession } from './ort-session.ts';

type Floats = TensorOf<'float32'>;
type Outputs = Readonly<Record<string, Tensor>>;
type Feeds = Readonly<Record<string, TensorOf<'float32' | 'int64'>>>;

/** Runs a training graph with deferred weights step by step, and updates these in pieces of so many entries. */
export class DeferredRun {
  readonly #graph: TrainingGraph;
  readonly #session: OrtSession;
  readonly #updates: ReadonlyMap<DeferredWeight['update'], OrtSession>;
  readonly #entries: number;
  /** What deferred weights have, by name. */
  readonly #own: ReadonlyMap<string, Float32Array>;
  #state: Record<string, Floats>;

  private constructor(graph: TrainingGraph, sessions: readonly OrtSession[], entries: number) {
    const [session, ...updates] = sessions;
    this.#graph = graph;
    this.#session = session!;
    this.#updates = new Map(updatesOf(graph).map((update, at) => [update, updates[at]!]));
    this.#entries = entries;
    this.#state = firstState(graph);
    this.#own = new Map(
      graph.deferred.flatMap(({ name, initial, update }) =>
        update.own.map(({ prefix, kind }) => {
          return [prefix + name, kind === 'optimizer' ? new Float32Array(initial.length) : initial.slice()] as const;
        }),
      ),
    );
  }

  static async start(graph: TrainingGraph, entries: number): Promise<DeferredRun> {
    const models = [graph.model, ...updatesOf(graph).map(({ model }) => model)];
    return new DeferredRun(graph, await Promise.all(models.map((model) => ortSession(model))), entries);
  }

  async step(feeds: Feeds, rate: number): Promise<number> {
    const { learningRate, deferred, loss } = this.#graph;
    const weights = deferred.map(({ name, input, dims }) => [input, float32(this.#own.get(name)!, dims)] as const);
    const outputs = await this.#session.run({
      ...{ ...feeds, ...this.#state, [learningRate]: scalar(rate) },
      ...Object.fromEntries(weights),
    });
    for (const weight of deferred) await this.#update(weight, outputs, rate);
    this.#state = nextState(this.#graph, outputs) as Record<string, Floats>;
    return Number((outputs[loss] as Floats).data[0]);
  }

  /** Current values by name. */
  state(): Map<string, Float32Array> {
    return new Map([...stateByName(this.#graph, this.#state), ...this.#own]);
  }

  async #update(weight: DeferredWeight, outputs: Outputs, rate: number): Promise<void> {
    const { name, gradient, update } = weight;
    const before = stateByName(this.#graph, this.#state);
    const dimsOf = (shared: string) => this.#graph.state.find((state) => state.name === shared)!.dims;
    const scalars = {
      [update.learningRate]: scalar(rate),
      ...Object.fromEntries(
        update.shared.map((port) => [port.input, float32(before.get(port.name)!, dimsOf(port.name))]),
      ),
      ...(update.gradientScale && { [update.gradientScale]: outputs[this.#graph.gradientScale!] as Floats }),
    };
    for (const { from, to, rows, block } of weightPieces(weight, this.#entries)) {
      const own = update.own.map(({ prefix, input }) => {
        return [input, float32(this.#own.get(prefix + name)!.slice(from, to))] as const;
      });
      const source: Feeds =
        gradient.kind === 'whole'
          ? { gradient: float32((outputs[gradient.output] as Floats).data.slice(from, to)) }
          : { ...partsOf(gradient, block, outputs), from: int64([rows[0]]), to: int64([rows[1]]) };
      const next = await this.#updates.get(update)!.run({ ...scalars, ...source, ...Object.fromEntries(own) });
      for (const { prefix, output } of update.own) {
        this.#own.get(prefix + name)!.set((next[output] as Floats).data, from);
      }
    }
  }
}

function updatesOf({ deferred }: TrainingGraph): DeferredWeight['update'][] {
  return [...new Set(deferred.map(({ update }) => update))];
}

function partsOf(
  gradient: Exclude<DeferredWeight['gradient'], { kind: 'whole' }>,
  block: number,
  outputs: Outputs,
): Feeds {
  const { kind: _, ...parts } = gradient.kind === 'factors' ? { kind: '' } : gradient;
  const factors = gradient.kind === 'factors' ? (gradient.blocks[block]?.factors ?? []) : [];
  const named = [...Object.entries(parts), ...factors.map(({ input, output }) => [input, output] as const)];
  return Object.fromEntries(named.map(([input, output]) => [input, outputs[output] as Floats]));
}
