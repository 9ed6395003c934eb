import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import type { LayerDirection } from './layer-direction.ts';

/** What goes into the activations of the gates, a product of its own for each gate. */
export class GateProducts {
  readonly #direction: LayerDirection;
  readonly #weights: readonly string[];
  readonly #recurrence: readonly string[];
  /** Of the input for each gate, then of the recurrence; empty where B is left out. */
  readonly #biases: readonly string[];

  constructor(direction: LayerDirection) {
    const { gates } = direction.layer;
    this.#direction = direction;
    this.#weights = direction.splitRows(direction.weights, gates);
    this.#recurrence = direction.splitRows(direction.recurrence, gates);
    this.#biases = direction.bias === undefined ? [] : direction.splitRows(direction.bias, 2 * gates);
  }

  /** W x of all steps, with the bias of the input or with both, [time * batch, hidden]. */
  fromInput(gate: number, biases: 'own' | 'both'): string {
    const { context, layer } = this.#direction;
    const own = this.#biases[gate];
    const bias = own && biases === 'both' ? context.op('Add', [own, this.recurrentBias(gate)]) : own;
    return context.op('Gemm', [layer.flatInput, this.#weights[gate], bias], { transB: 1 });
  }

  /** R `state` of all steps and what is `added` to it, [time * batch, hidden]. */
  fromState(gate: number, state: string, added: string | undefined = this.recurrentBias(gate)): string {
    return this.#direction.context.op('Gemm', [state, this.#recurrence[gate], added], { transB: 1 });
  }

  /** W x + R `state` of all steps with both biases, [time * batch, hidden]. */
  complete(gate: number, state: string): string {
    return this.fromState(gate, state, this.fromInput(gate, 'both'));
  }

  /** R `state` of one step and what is `added` to it, [batch, hidden]. */
  step(body: GraphBuilder, gate: number, state: string, added: string | undefined = this.recurrentBias(gate)): string {
    return body.node('Gemm', [state, this.#recurrence[gate], added], { transB: 1 });
  }

  /** [hidden]; `undefined` where B is left out. */
  recurrentBias(gate: number): string | undefined {
    return this.#biases[this.#weights.length + gate];
  }

  /** [time * batch, hidden] as [time, batch, hidden]. */
  inSteps(value: string): string {
    const { layer } = this.#direction;
    return layer.inSteps(value, layer.hidden);
  }
}
