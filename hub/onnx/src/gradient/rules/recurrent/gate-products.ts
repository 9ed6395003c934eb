import type { AttributeValue } from '../../../format/attributes.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { LayerDirection } from './layer-direction.ts';

/** Adds nodes inside of a loop or around it. */
interface NodeEmitter {
  op(operator: string, inputs: readonly (string | undefined)[], attributes: Attributes): string;
  opMany(operator: string, inputs: readonly string[], attributes: Attributes, count: number): string[];
}

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Weights of one kind, as [gates * hidden, width]. */
type WeightKind = 'weights' | 'recurrence';

/**
 * What goes into the activations of the gates.
 *
 * Each gate has a product of its own, with a copy of its weights. Where such copies would be large there is one product
 * for all gates, of which each takes its columns, even where only some are needed.
 */
export class GateProducts {
  readonly #direction: LayerDirection;
  /** Of the input for each gate, then of the recurrence; empty where B is left out. */
  readonly #biases: readonly string[];
  readonly #around: NodeEmitter;
  readonly #split = new Map<WeightKind, readonly string[]>();

  constructor(direction: LayerDirection) {
    const { context, layer } = direction;
    this.#direction = direction;
    this.#biases = direction.bias === undefined ? [] : direction.splitRows(direction.bias, 2 * layer.gates);
    this.#around = {
      op: (operator, inputs, attributes) => context.op(operator, inputs, attributes),
      opMany: (operator, inputs, attributes, count) => context.opMany(operator, inputs, attributes, count),
    };
  }

  /** W x of all steps for each gate, with the bias of the input or with both, [time * batch, hidden] each. */
  fromInput(biases: readonly ('own' | 'both')[]): string[] {
    const { context, layer } = this.#direction;
    const added = biases.map((wanted, gate) => {
      const own = this.#biases[gate];
      return own && wanted === 'both' ? context.op('Add', [own, this.recurrentBias(gate)]) : own;
    });
    return this.#products(this.#around, 'weights', layer.flatInput, [...biases.keys()], added);
  }

  /** R `state` of all steps and what is `added` to it for these gates, [time * batch, hidden] each. */
  fromState(gates: readonly number[], state: string, added: readonly (string | undefined)[]): string[] {
    return this.#products(this.#around, 'recurrence', state, gates, added);
  }

  /** R `state` of one step and what is `added` to it for these gates, [batch, hidden] each. */
  step(body: GraphBuilder, gates: readonly number[], state: string, added: readonly (string | undefined)[]): string[] {
    const emit: NodeEmitter = {
      op: (operator, inputs, attributes) => body.node(operator, inputs, attributes),
      opMany: (operator, inputs, attributes, count) => body.nodeWithOutputs(count, operator, inputs, attributes),
    };
    return this.#products(emit, 'recurrence', state, gates, added);
  }

  /** [hidden]; `undefined` where B is left out. */
  recurrentBias(gate: number): string | undefined {
    return this.#biases[this.#direction.layer.gates + gate];
  }

  /** [time * batch, hidden] as [time, batch, hidden]. */
  inSteps(value: string): string {
    const { layer } = this.#direction;
    return layer.inSteps(value, layer.hidden);
  }

  #products(
    emit: NodeEmitter,
    kind: WeightKind,
    value: string,
    gates: readonly number[],
    added: readonly (string | undefined)[],
  ): string[] {
    const { layer } = this.#direction;
    if (layer.gates > 1 && layer.hasLargeWeights) return this.#cutProduct(emit, kind, value, gates, added);
    const weights = this.#weightsOf(kind);
    return gates.map((gate, at) => emit.op('Gemm', [value, weights[gate], added[at]], { transB: 1 }));
  }

  #cutProduct(
    emit: NodeEmitter,
    kind: WeightKind,
    value: string,
    gates: readonly number[],
    added: readonly (string | undefined)[],
  ): string[] {
    const { context, layer } = this.#direction;
    const all = emit.op('Gemm', [value, this.#direction[kind]], { transB: 1 });
    const sizes = context.constant(int64(new Array<number>(layer.gates).fill(layer.hidden)));
    const parts = emit.opMany('Split', [all, sizes], { axis: 1 }, layer.gates);
    return gates.map((gate, at) => {
      const more = added[at];
      return more === undefined ? (parts[gate] ?? '') : emit.op('Add', [parts[gate], more], {});
    });
  }

  #weightsOf(kind: WeightKind): readonly string[] {
    const { layer } = this.#direction;
    const split = this.#split.get(kind) ?? this.#direction.splitRows(this.#direction[kind], layer.gates);
    this.#split.set(kind, split);
    return split;
  }
}
