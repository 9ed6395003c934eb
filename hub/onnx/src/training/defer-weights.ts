import type { Node } from '../format/messages.ts';
import type { GradientRows } from '../gradient/gradient-rows.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE, type ElementType } from '../tensor/element-type.ts';
import { elementCount, int64 } from '../tensor/tensor.ts';
import { deferredUpdate } from './deferred-update.ts';
import { factorsOf } from './gradient-piece.ts';
import { type GradientGraph, type GradientSource, gradientSource, sourceKey } from './gradient-source.ts';
import { DEFAULT_OPTIMIZER } from './optimizers/add-optimizer.ts';
import { isDecayed, type OptimizerParameter } from './optimizers/optimizer-context.ts';
import type {
  DeferredGradient,
  DeferredUpdate,
  DeferredWeight,
  FactoredBlock,
  TrainingOptions,
} from './training-graph.ts';

/**
 * Makes what the update of these weights needs outputs of the graph, instead of the updated weights.
 *
 * The gradient of a matrix or a kernel is mostly made of two much smaller values, those that the rows of a batch give, and
 * that of a table a few rows of it. They take its place, so that it is never there as a whole.
 */
export function deferWeights(
  graph: GraphBuilder,
  parameters: readonly OptimizerParameter[],
  from: GradientGraph,
  options: TrainingOptions,
): DeferredWeight[] {
  const { optimizer = DEFAULT_OPTIMIZER, averageDecay, clipNorm } = options;
  const outputs = new NewOutputs(graph, graph.graph().node);
  const updates = new Map<string, DeferredUpdate>();
  const updateOf = (source: GradientSource, isDecaying: boolean): DeferredUpdate => {
    const key = `${isDecaying} ${sourceKey(source)}`;
    const shared = { optimizer, averageDecay, isClipped: clipNorm !== undefined, opset: graph.opset() };
    const made = updates.get(key) ?? deferredUpdate({ ...shared, source, isDecayed: isDecaying });
    updates.set(key, made);
    return made;
  };
  return parameters.map((parameter) => {
    const { name, input, dims, initial } = parameter;
    const source = gradientSource(parameter, from);
    const update = updateOf(source, isDecayed(parameter, optimizer.decayed));
    return { name, input, dims, initial, parts: [], update, gradient: outputs.ofSource(source) };
  });
}

function isDear({ blocks }: Extract<GradientSource, { kind: 'factors' }>): boolean {
  return blocks.some((block) => block.isDear);
}

/** Values as outputs of the graph, each once. */
class NewOutputs {
  readonly #graph: GraphBuilder;
  readonly #written: ReadonlySet<string>;
  readonly #made = new Map<string, string>();

  constructor(graph: GraphBuilder, nodes: readonly Node[]) {
    this.#graph = graph;
    this.#written = new Set(nodes.flatMap(({ output }) => output));
  }

  ofSource(source: GradientSource): DeferredGradient {
    switch (source.kind) {
      case 'whole':
        return { kind: 'whole', output: this.#of(source.gradient) };
      case 'factors':
        return { kind: 'factors', blocks: source.blocks.map((block) => this.#block(block)), isDear: isDear(source) };
      case 'rows':
        return { kind: 'rows', indices: this.#indices(source.indices), updates: this.#updates(source) };
    }
  }

  #block(block: GradientRows): FactoredBlock {
    const factors = factorsOf(block).flat();
    return {
      rows: block.rows,
      factors: factors.map(({ value, input, shape }) => ({ input, output: this.#of(value), shape })),
    };
  }

  /** An input of the graph gets a node in between. */
  #of(value: string): string {
    const make = (): string => (this.#written.has(value) ? value : this.#graph.node('Identity', [value]));
    return this.#made.get(value) ?? this.#add(value, make(), 'float32');
  }

  #indices(value: string): string {
    const make = (): string => this.#reshaped(this.#graph.node('Cast', [value], { to: DATA_TYPE.int64 }), [-1]);
    return this.#made.get(value) ?? this.#add(value, make(), 'int64');
  }

  #updates({ updates, dims }: Extract<GradientSource, { kind: 'rows' }>): string {
    const size = elementCount(dims.slice(1));
    const key = `${updates} ${size}`;
    return this.#made.get(key) ?? this.#add(key, this.#reshaped(updates, [-1, size]), 'float32');
  }

  #reshaped(value: string, dims: readonly number[]): string {
    return this.#graph.node('Reshape', [value, this.#graph.constant(int64(dims))]);
  }

  #add(key: string, output: string, type: ElementType): string {
    this.#graph.output(output, type);
    this.#made.set(key, output);
    return output;
  }
}
