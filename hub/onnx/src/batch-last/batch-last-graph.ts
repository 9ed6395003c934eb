import { type Model, type Node, newNode, withFields } from '../format/messages.ts';
import type { Emitter } from '../gradient/emitter.ts';
import type { GradientRule } from '../gradient/rule-context.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { int64 } from '../tensor/tensor.ts';
import type { PositionValue } from './positions.ts';

/** A value with the batch innermost, and the spatial sizes that its positions count through row by row. */
export interface BatchLastValue extends PositionValue {
  readonly sizes: readonly number[];
}

/** Nodes that are added together and differentiated as one. */
export interface Composite {
  /** Adds the nodes and returns their output, [channel, position * batch]. */
  forward(emit: Emitter): string;
  /** Gradients of the inputs; called after `forward`. */
  readonly gradient: GradientRule;
}

/**
 * A graph that is written anew with some of its values [channel, position * batch].
 *
 * Values keep their names where something reads them as they were, [batch, channel, ...sizes].
 */
export class BatchLastGraph {
  readonly types: InferredTypes;
  readonly rules: Map<Node, GradientRule> = new Map();
  /** Adds nodes that are differentiated one by one. */
  readonly visible: Emitter;
  readonly #graph: GraphBuilder;
  readonly #values = new Map<string, BatchLastValue>();
  /** Original values that have been written with the batch in front. */
  readonly #written = new Set<string>();
  readonly #inner = new Set<string>();
  readonly #composites: Node[] = [];

  constructor(model: Model, types: InferredTypes) {
    const graph = GraphBuilder.rewrite(model);
    this.#graph = graph;
    this.types = types;
    this.visible = {
      op: (operator, inputs, attributes) => graph.node(operator, inputs, attributes, { name: nameOf(operator) }),
      constant: (value) => graph.constant(value, 'batch_last_constant'),
    };
  }

  /** The value with the batch last, where it is there already. */
  known(value: string): BatchLastValue | undefined {
    return this.#values.get(value);
  }

  /** The value with the batch last; `undefined` where its sizes are not all known, or it is none of images or series. */
  enter(value: string): BatchLastValue | undefined {
    const known = this.#values.get(value);
    if (known) return known;
    const { type, dims = [] } = this.types.typeOf(value);
    const [channels, ...sizes] = dims.slice(1);
    if (type !== 'float32' || sizes.length === 0 || typeof channels !== 'number' || channels === 0) return undefined;
    if (!sizes.every((size) => typeof size === 'number' && size > 0)) return undefined;
    const perm = [...dims.keys()].slice(1).concat(0);
    const turned = this.visible.op('Transpose', [value], { perm });
    const name = this.visible.op('Reshape', [turned, this.visible.constant(int64([channels, -1]))]);
    const entered = { name, channels, positions: product(sizes as number[]), sizes: sizes as number[] };
    this.#values.set(value, entered);
    this.#written.add(value);
    return entered;
  }

  /** Makes what stands for `value` from now on. */
  set(value: string, entered: BatchLastValue): void {
    this.#values.set(value, entered);
  }

  /** Writes a value under its own name with the batch in front, unless that was done. */
  leave(value: string): void {
    const entered = this.#values.get(value);
    if (!entered || this.#written.has(value)) return;
    this.#written.add(value);
    const { name, channels, positions, sizes } = entered;
    const rows = this.visible.op('Reshape', [name, this.visible.constant(int64([channels * positions, -1]))]);
    const turned = this.visible.op('Transpose', [rows], { perm: [1, 0] });
    const shape = this.visible.constant(int64([-1, channels, ...sizes]));
    this.#graph.replace(value, 'Reshape', [turned, shape]);
  }

  /** Keeps a node as it is, or with other inputs and outputs. */
  keep(node: Node, changes: { readonly input?: string[]; readonly output?: string[] } = {}): void {
    this.#graph.keep(withFields(node, changes));
  }

  /** Adds the nodes of a composite that reads `inputs`, and returns its output. */
  compose(composite: Composite, inputs: readonly string[]): string {
    const emit: Emitter = {
      constant: this.visible.constant,
      op: (operator, from, attributes) => {
        const output = this.visible.op(operator, from, attributes);
        this.#inner.add(output);
        return output;
      },
    };
    const output = composite.forward(emit);
    const node = newNode({ name: output, opType: 'Composite', input: [...inputs], output: [output] });
    this.#composites.push(node);
    this.rules.set(node, composite.gradient);
    return output;
  }

  /** A name that nothing has. */
  fresh(prefix: string): string {
    return this.#graph.fresh(prefix);
  }

  build(): Model {
    return this.#graph.build();
  }

  /** What is to be differentiated: composites instead of the nodes they are made of. */
  differentiated(): Node[] {
    const { node } = this.#graph.graph();
    return [...node.filter(({ output }) => !output.some((value) => this.#inner.has(value))), ...this.#composites];
  }
}

function nameOf(operator: string): string {
  return `batch_last_${operator.toLowerCase()}`;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
