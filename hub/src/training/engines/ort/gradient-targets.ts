import { type DeferredGradient, type DeferredWeight, type FactorPort, float32 } from '@edgeloop/onnx';
import type { Tensors } from '../../../graph-engine.ts';

/** Memory for what a run gives of the gradients of deferred weights, used in every run. */
export class GradientTargets {
  readonly #whole: Tensors;
  /** Outputs whose shape is known for every batch. */
  readonly #shaped: readonly FactorPort[];
  readonly #others: readonly string[];
  /** For the largest batch so far, by output. */
  readonly #memory = new Map<string, Float32Array>();
  /** Tensors for the other outputs, by the rows of a batch: those that a first run gave. */
  readonly #given = new Map<number, Tensors>();

  constructor(deferred: readonly Pick<DeferredWeight, 'gradient' | 'dims' | 'initial'>[]) {
    this.#whole = Object.fromEntries(
      deferred.flatMap(({ gradient, dims, initial }) =>
        gradient.kind === 'whole' ? [[gradient.output, float32(new Float32Array(initial.length), dims)]] : [],
      ),
    );
    const gradients = deferred.map(({ gradient }) => gradient);
    const factors = gradients.flatMap(factorsOf);
    this.#shaped = factors.filter(({ shape }) => shape !== undefined);
    const unshaped = factors.filter(({ shape }) => shape === undefined).map(({ output }) => output);
    this.#others = [...unshaped, ...gradients.flatMap(rowsOf)];
  }

  /** For a batch of so many rows, by output. */
  of(rows: number): Tensors {
    const shaped = this.#shaped.map(({ output, shape }): [string, Tensors[string]] => {
      const dims = (shape?.dims ?? []).map((dim, axis) => (axis === shape?.batchAxis ? dim * rows : dim));
      return [output, float32(this.#entries(output, dims), dims)];
    });
    return { ...this.#whole, ...Object.fromEntries(shaped), ...this.#given.get(rows) };
  }

  /** Takes what a first run with so many rows gave where no tensor was known for. */
  keep(rows: number, outputs: Tensors): void {
    if (this.#given.has(rows)) return;
    this.#given.set(rows, Object.fromEntries(this.#others.map((name) => [name, outputs[name]])) as Tensors);
  }

  #entries(output: string, dims: readonly number[]): Float32Array {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const known = this.#memory.get(output);
    if (known && known.length >= size) return known.subarray(0, size);
    const made = new Float32Array(size);
    this.#memory.set(output, made);
    return made;
  }
}

function factorsOf(gradient: DeferredGradient): readonly FactorPort[] {
  return gradient.kind === 'factors' ? gradient.blocks.flatMap(({ factors }) => factors) : [];
}

function rowsOf(gradient: DeferredGradient): string[] {
  return gradient.kind === 'rows' ? [gradient.indices, gradient.updates] : [];
}
