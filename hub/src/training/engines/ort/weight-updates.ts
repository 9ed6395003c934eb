import {
  type DeferredGradient,
  type DeferredUpdate,
  type DeferredWeight,
  type FactorPort,
  float32,
  int64,
  type StateTensor,
  type Tensor,
  type TrainingGraph,
  type WeightPiece,
  weightPieces,
  writeModel,
} from '@edgeloop/onnx';
import { InternalError } from '../../../errors.ts';
import type { GraphEngine, GraphRunner, Tensors } from '../../../graph-engine.ts';
import { GradientTargets } from './gradient-targets.ts';

/** Entries of a weight that are updated at once. */
const PIECE_ENTRIES = 2 ** 17;

/** A deferred weight without its first values. */
type LaterWeight = Omit<DeferredWeight, 'initial'> & { readonly pieces: readonly WeightPiece[] };

export interface UpdatedStep {
  /** Learning rate, a scalar. */
  readonly rate: Tensor;
  /** Of the batch. */
  readonly rows: number;
}

/**
 * Updates, behind a run of the training graph, the weights that do not come out of it: piece by piece and in place, so
 * that they, and what the optimizer keeps of them, are in memory once.
 */
export class WeightUpdates {
  readonly #weights: readonly LaterWeight[];
  readonly #runners: ReadonlyMap<DeferredUpdate, GraphRunner>;
  readonly #gradientScale: string | undefined;
  readonly #targets: GradientTargets;
  /** Next values of one piece, one array for each tensor that an update writes. */
  readonly #next: readonly Float32Array[];
  #first: readonly Pick<StateTensor, 'name' | 'kind' | 'dims' | 'initial'>[] | undefined;

  private constructor(
    { deferred, gradientScale }: Pick<TrainingGraph, 'deferred' | 'gradientScale'>,
    runners: ReadonlyMap<DeferredUpdate, GraphRunner>,
  ) {
    this.#weights = deferred.map(({ initial: _, ...weight }) => {
      return { ...weight, pieces: weightPieces(weight, PIECE_ENTRIES) };
    });
    this.#runners = runners;
    this.#gradientScale = gradientScale;
    this.#targets = new GradientTargets(deferred);
    const largest = Math.max(0, ...this.#weights.flatMap(({ pieces }) => pieces.map(({ from, to }) => to - from)));
    const most = Math.max(0, ...deferred.map(({ update }) => update.own.length));
    this.#next = Array.from({ length: most }, () => new Float32Array(largest));
    this.#first = deferred.flatMap(ownState);
  }

  static async open(
    engine: GraphEngine,
    graph: Pick<TrainingGraph, 'deferred' | 'gradientScale'>,
    threads: number,
  ): Promise<WeightUpdates> {
    const runners = new Map<DeferredUpdate, GraphRunner>();
    for (const { update } of graph.deferred) {
      const options = { threads: update.gradient === 'rows' ? 1 : threads };
      if (!runners.has(update)) runners.set(update, await engine.open(writeModel(update.model), options));
    }
    return new WeightUpdates(graph, runners);
  }

  /** What the first step starts from; given once, so that it does not stay in memory. */
  takeFirstState(): readonly Pick<StateTensor, 'name' | 'kind' | 'dims' | 'initial'>[] {
    const first = this.#first ?? [];
    this.#first = undefined;
    return first;
  }

  /** The weights and their parts, in the same memory, by the inputs of the training graph. */
  feeds(state: Tensors): Tensors {
    const feeds = this.#weights.flatMap(({ name, input, parts }) => [
      [input, state[name]] as const,
      ...parts.map((part) => [part.input, partOf(state[name], part)] as const),
    ]);
    return Object.fromEntries(feeds) as Tensors;
  }

  /** Tensors for the gradients of a batch of so many rows, by the outputs of the training graph. */
  targets(rows: number): Tensors {
    return this.#targets.of(rows);
  }

  /**
   * @param state by name, as it went into the run; its weights and what belongs to them are written over
   * @param outputs of the run
   */
  async apply(state: Tensors, outputs: Tensors, step: UpdatedStep): Promise<void> {
    if (this.#weights.length === 0) return;
    this.#targets.keep(step.rows, outputs);
    for (const weight of this.#weights) await this.#update(weight, state, outputs, step.rate);
  }

  async close(): Promise<void> {
    for (const runner of this.#runners.values()) await runner.close();
  }

  async #update(weight: LaterWeight, state: Tensors, outputs: Tensors, rate: Tensor): Promise<void> {
    const { name, update, pieces } = weight;
    const runner = this.#runners.get(update);
    const shared = this.#sharedFeeds(update, state, outputs, rate);
    const own = update.own.map(({ prefix }) => valuesOf(state[prefix + name]));
    for (const piece of pieces) {
      const { from, to } = piece;
      const entries = update.own.map(({ input }, at) => [input, float32(own[at]?.subarray(from, to) ?? [])] as const);
      const next = update.own.map(({ output }, at) => {
        return [output, float32(this.#next[at]?.subarray(0, to - from) ?? [])] as const;
      });
      const feeds = { ...shared, ...gradientFeeds(weight, piece, outputs), ...Object.fromEntries(entries) };
      await runner?.run(feeds, Object.fromEntries(next));
      for (const [at, [, { data }]] of next.entries()) own[at]?.set(data, from);
    }
  }

  #sharedFeeds(update: DeferredUpdate, state: Tensors, outputs: Tensors, rate: Tensor): Tensors {
    const scale = outputs[this.#gradientScale ?? ''];
    return {
      [update.learningRate]: rate,
      ...(update.gradientScale !== undefined && scale && { [update.gradientScale]: scale }),
      ...(Object.fromEntries(update.shared.map(({ name, input }) => [input, state[name]])) as Tensors),
    };
  }
}

function gradientFeeds({ gradient }: LaterWeight, piece: WeightPiece, outputs: Tensors): Tensors {
  const { from, to, rows } = piece;
  if (gradient.kind === 'whole') {
    return { gradient: float32(valuesOf(outputs[gradient.output]).subarray(from, to)) };
  }
  const parts = partsOf(gradient, piece).map(({ input, output }) => [input, outputs[output]]);
  return { ...(Object.fromEntries(parts) as Tensors), from: int64([rows[0]]), to: int64([rows[1]]) };
}

/** Outputs of the training graph that go into an update. */
function partsOf(
  gradient: Exclude<DeferredGradient, { kind: 'whole' }>,
  { block }: WeightPiece,
): readonly Omit<FactorPort, 'shape'>[] {
  if (gradient.kind === 'factors') return gradient.blocks[block]?.factors ?? [];
  const { indices, updates } = gradient;
  return Object.entries({ indices, updates }).map(([input, output]) => ({ input, output }));
}

/** The weight, and what belongs to it, before the first step. */
function ownState({ name, dims, initial, update }: DeferredWeight): Omit<StateTensor, 'input' | 'output'>[] {
  return update.own.map(({ prefix, kind }) => {
    const values = kind === 'optimizer' ? new Float32Array(initial.length) : initial;
    return { name: prefix + name, kind, dims, initial: values };
  });
}

function partOf(weight: Tensor | undefined, { dims, from, to }: DeferredWeight['parts'][number]): Tensor {
  return float32(valuesOf(weight).subarray(from, to), dims);
}

function valuesOf(tensor: Tensor | undefined): Float32Array {
  if (tensor?.type === 'float32') return tensor.data;
  throw new InternalError(`weight update: expected a float32 tensor, got ${tensor?.type}`);
}
