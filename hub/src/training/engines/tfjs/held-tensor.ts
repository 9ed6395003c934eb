import type { WeightLink } from '../../export/exported-layers.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import type { StateSlot } from '../../trainer/training-step.ts';

/** A tensor of the state where it lies between two steps. Values are in the layout of the forward graph. */
export interface HeldTensor {
  readonly slot: StateSlot;
  /** A copy of its values. */
  read(): Float32Array;
  write(values: Float32Array): void;
  /** Frees what it made itself. */
  dispose(): void;
}

/** A tensor that lies on the backend of TensorFlow.js, as the weights lie that an initializer was made of. */
export class HeldVariables implements HeldTensor {
  readonly slot: StateSlot;
  readonly variables: readonly tf.Variable[];
  readonly #link: WeightLink;
  readonly #areOwn: boolean;

  private constructor(slot: StateSlot, link: WeightLink, variables: readonly tf.Variable[], areOwn: boolean) {
    this.slot = slot;
    this.variables = variables;
    this.#link = link;
    this.#areOwn = areOwn;
  }

  /** @param variables of the layers, which dispose of them */
  static ofLayers(slot: StateSlot, link: WeightLink, variables: readonly tf.Variable[]): HeldVariables {
    return new HeldVariables(slot, link, variables, false);
  }

  /** New variables of the same shapes, 0. */
  beside(slot: Pick<StateSlot, 'name' | 'kind'>): HeldVariables {
    const variables = this.variables.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
    return new HeldVariables({ ...this.slot, ...slot }, this.#link, variables, true);
  }

  read(): Float32Array {
    return this.#link.toOnnx(this.variables.map((variable) => variable.dataSync<'float32'>()));
  }

  write(values: Float32Array): void {
    const own = this.#link.fromOnnx(values);
    tf.tidy(() => {
      for (const [at, variable] of this.variables.entries()) {
        variable.assign(tf.tensor(own[at] ?? new Float32Array(), variable.shape));
      }
    });
  }

  dispose(): void {
    if (this.#areOwn) tf.dispose([...this.variables]);
  }
}

/** A few numbers that never were on the backend, such as how many steps there were. */
export class HeldCount implements HeldTensor {
  readonly slot: StateSlot;
  readonly values: Float32Array;

  constructor(slot: Omit<StateSlot, 'size'>) {
    const size = slot.dims.reduce((product, dim) => product * dim, 1);
    this.slot = { ...slot, size };
    this.values = new Float32Array(size);
  }

  read(): Float32Array {
    return this.values.slice();
  }

  write(values: Float32Array): void {
    this.values.set(values);
  }

  dispose(): void {
    // Garbage collection does.
  }
}
