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
    const added = this.#inputBiases(biases);
    if (!this.#isJoined)
      return this.#products(this.#around, 'weights', this.#direction.layer.flatInput, [...biases.keys()], added);
    return this.#cut(this.#around, this.#joinedInput(added));
  }

  /** The same as a loop reads it, [time, batch, ...]; `entries` makes of a step what each gate has of it. */
  sequences(biases: readonly ('own' | 'both')[]): string[] {
    const { layer } = this.#direction;
    if (!this.#isJoined) return this.fromInput(biases).map((value) => this.inSteps(value));
    return [layer.inSteps(this.#joinedInput(this.#inputBiases(biases)), layer.gates * layer.hidden)];
  }

  /** What the input gives to each gate in one step, [batch, hidden] each. */
  entries(body: GraphBuilder, read: readonly (string | undefined)[]): readonly (string | undefined)[] {
    return this.#isJoined ? this.#cut(emitterOf(body), read[0] ?? '') : read;
  }

  /** R `state` of all steps and what is `added` to it for these gates, [time * batch, hidden] each. */
  fromState(gates: readonly number[], state: string, added: readonly (string | undefined)[]): string[] {
    return this.#products(this.#around, 'recurrence', state, gates, added);
  }

  /** R `state` of one step and what is `added` to it for these gates, [batch, hidden] each. */
  step(body: GraphBuilder, gates: readonly number[], state: string, added: readonly (string | undefined)[]): string[] {
    return this.#products(emitterOf(body), 'recurrence', state, gates, added);
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
    if (this.#isJoined) {
      const parts = this.#cut(emit, emit.op('Gemm', [value, this.#direction[kind]], { transB: 1 }));
      return gates.map((gate, at) => {
        const more = added[at];
        return more === undefined ? (parts[gate] ?? '') : emit.op('Add', [parts[gate], more], {});
      });
    }
    const weights = this.#weightsOf(kind);
    return gates.map((gate, at) => emit.op('Gemm', [value, weights[gate], added[at]], { transB: 1 }));
  }

  /** Whether one product serves all gates. */
  get #isJoined(): boolean {
    const { layer } = this.#direction;
    return layer.gates > 1 && layer.hasLargeWeights;
  }

  /** What each gate has of [row, gates * hidden]. */
  #cut(emit: NodeEmitter, value: string): string[] {
    const { context, layer } = this.#direction;
    const sizes = context.constant(int64(new Array<number>(layer.gates).fill(layer.hidden)));
    return emit.opMany('Split', [value, sizes], { axis: 1 }, layer.gates);
  }

  #joinedInput(biases: readonly (string | undefined)[]): string {
    const { layer, weights } = this.#direction;
    const bias = biases.includes(undefined) ? undefined : this.#around.op('Concat', biases, { axis: 0 });
    return this.#around.op('Gemm', [layer.flatInput, weights, bias], { transB: 1 });
  }

  /** [hidden] for each gate, `undefined` where B is left out. */
  #inputBiases(biases: readonly ('own' | 'both')[]): (string | undefined)[] {
    return biases.map((wanted, gate) => {
      const own = this.#biases[gate];
      return own && wanted === 'both' ? this.#around.op('Add', [own, this.recurrentBias(gate)], {}) : own;
    });
  }

  #weightsOf(kind: WeightKind): readonly string[] {
    const { layer } = this.#direction;
    const whole = this.#direction[kind];
    if (layer.gates === 1) return [whole];
    const split = this.#split.get(kind) ?? this.#direction.splitRows(whole, layer.gates);
    this.#split.set(kind, split);
    return split;
  }
}

function emitterOf(body: GraphBuilder): NodeEmitter {
  return {
    op: (operator, inputs, attributes) => body.node(operator, inputs, attributes),
    opMany: (operator, inputs, attributes, count) => body.nodeWithOutputs(count, operator, inputs, attributes),
  };
}
