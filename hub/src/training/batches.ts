import type { SeededRandom } from './seeded-random.ts';

/** Rows in the form the training graph takes. */
export interface TrainingRows {
  readonly rows: number;
  /** Shape of one row. */
  readonly dims: readonly number[];
  /** Shape [rows, ...dims]. */
  readonly values: Float32Array;
  readonly labels: Int32Array;
}

/** One slice of the shuffled rows; valid until the next epoch. */
export interface Batch {
  readonly rows: number;
  readonly values: Float32Array;
  readonly labels: BigInt64Array;
}

/**
 * Deals rows in batches, in another order every epoch.
 *
 * The shuffled copy is made once per epoch, so that a batch is a view of it and costs nothing.
 */
export class Batches {
  readonly #source: TrainingRows;
  readonly #batchSize: number;
  readonly #random: SeededRandom;
  readonly #order: Uint32Array;
  readonly #values: Float32Array;
  readonly #labels: BigInt64Array;

  constructor(source: TrainingRows, batchSize: number, random: SeededRandom) {
    this.#source = source;
    this.#batchSize = batchSize;
    this.#random = random;
    this.#order = Uint32Array.from({ length: source.rows }, (_, row) => row);
    this.#values = new Float32Array(source.values.length);
    this.#labels = new BigInt64Array(source.rows);
  }

  /** How many batches an epoch has. */
  get count(): number {
    return Math.ceil(this.#source.rows / this.#batchSize);
  }

  *epoch(): Generator<Batch> {
    this.#random.shuffle(this.#order);
    const { dims, values, labels, rows } = this.#source;
    const features = rowSize(dims);
    for (const [to, from] of this.#order.entries()) {
      // Calling `set` costs more than it saves for a few values.
      if (features > 64) this.#values.set(values.subarray(from * features, (from + 1) * features), to * features);
      else for (let at = 0; at < features; at++) this.#values[to * features + at] = values[from * features + at] ?? 0;
      this.#labels[to] = BigInt(labels[from] ?? 0);
    }
    for (let start = 0; start < rows; start += this.#batchSize) {
      const end = Math.min(rows, start + this.#batchSize);
      yield {
        rows: end - start,
        values: this.#values.subarray(start * features, end * features),
        labels: this.#labels.subarray(start, end),
      };
    }
  }
}

/** Values of one row. */
export function rowSize(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
