import type { LayerDirection } from './layer-direction.ts';

/** Computes again what goes into the activations of the gates, for all steps at once, [time * batch, hidden] a gate. */
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

  /** W x + R `state` and both biases; the state is [time * batch, hidden]. */
  complete(gate: number, state: string): string {
    const [own, recurrent] = this.#biasesOf(gate);
    const bias = own && this.#direction.context.op('Add', [own, recurrent]);
    return this.#fromState(gate, state, this.#fromInput(gate, bias));
  }

  /** W x and its bias. */
  fromInput(gate: number): string {
    return this.#fromInput(gate, this.#biasesOf(gate)[0]);
  }

  /** R `state` and its bias. */
  fromState(gate: number, state: string): string {
    return this.#fromState(gate, state, this.#biasesOf(gate)[1]);
  }

  #biasesOf(gate: number): [input: string | undefined, recurrence: string | undefined] {
    return [this.#biases[gate], this.#biases[this.#weights.length + gate]];
  }

  #fromInput(gate: number, added: string | undefined): string {
    const { context, layer } = this.#direction;
    return context.op('Gemm', [layer.flatInput, this.#weights[gate], added], { transB: 1 });
  }

  #fromState(gate: number, state: string, added: string | undefined): string {
    return this.#direction.context.op('Gemm', [state, this.#recurrence[gate], added], { transB: 1 });
  }
}
