/** Rows in the form the training graph takes. */
export interface TrainingRows {
  readonly rows: number;
  /** Shape of one row. */
  readonly dims: readonly number[];
  /** Shape [rows, ...dims]. */
  readonly values: Float32Array;
  /** Classes or numbers, shape [rows]; undefined where rows are to come out as they came in. */
  readonly labels: Int32Array | Float32Array | undefined;
}

/** Batches for one run of the training graph, all of the same size; valid until the next ones are dealt. */
export interface DealtBatches {
  readonly batches: number;
  /** Rows of each. */
  readonly rows: number;
  /** Shape [batches, rows, ...dims]. */
  readonly values: Float32Array;
  /** Classes [batches, rows], or numbers [batches, rows, 1]. */
  readonly labels: BigInt64Array | Float32Array | undefined;
}

/** Changes rows while they are dealt, so that no epoch shows a row quite as another does. */
export interface RowChange {
  /**
   * Copies a row, changed.
   *
   * @param salt another number for every row and epoch, and the same when the epoch is dealt again
   */
  copy(values: Float32Array, start: number, dealt: Float32Array, target: number, salt: number): void;
}

/** Calling `set` costs more than it saves for a few values. */
const FEW_VALUES = 64;

/** Deals rows in batches, in the order it is given. Only the rows of one run are copied at a time. */
export class Batches {
  readonly batchSize: number;
  readonly #source: TrainingRows;
  readonly #rowSize: number;
  readonly #values: Float32Array;
  readonly #labels: DealtLabels | undefined;
  readonly #change: RowChange | undefined;

  /** @param atOnce most batches that are dealt together */
  constructor(source: TrainingRows, batchSize: number, atOnce: number, change?: RowChange) {
    this.#change = change;
    this.batchSize = Math.min(batchSize, source.rows);
    this.#source = source;
    this.#rowSize = rowSize(source.dims);
    const rows = Math.min(source.rows, this.batchSize * atOnce);
    this.#values = new Float32Array(rows * this.#rowSize);
    this.#labels = dealtLabels(source.labels, rows);
  }

  /** How many batches an epoch has; the last may have fewer rows. */
  get count(): number {
    return Math.ceil(this.#source.rows / this.batchSize);
  }

  /** Up to `most` batches from this one on; a last batch with fewer rows comes alone. */
  deal(order: Uint32Array, first: number, most: number): DealtBatches {
    const start = first * this.batchSize;
    const full = Math.floor((order.length - start) / this.batchSize);
    const batches = Math.max(1, Math.min(full, most));
    const rows = full === 0 ? order.length - start : this.batchSize;
    const count = batches * rows;
    this.#gather(order.subarray(start, start + count), saltOf(order) + start);
    return {
      batches,
      rows,
      values: this.#values.subarray(0, count * this.#rowSize),
      labels: this.#labels?.values.subarray(0, count),
    };
  }

  #gather(places: Uint32Array, salt: number): void {
    const { values } = this.#source;
    // Looked up once: this is the only work outside of the graph that every value takes part in.
    const [size, dealt] = [this.#rowSize, this.#values];
    for (let to = 0; to < places.length; to++) {
      const from = places[to] ?? 0;
      const [start, target] = [from * size, to * size];
      if (this.#change) this.#change.copy(values, start, dealt, target, salt + to);
      else if (size > FEW_VALUES) dealt.set(values.subarray(start, start + size), target);
      else for (let at = 0; at < size; at++) dealt[target + at] = values[start + at] ?? 0;
    }
    this.#labels?.gather(places);
  }
}

interface DealtLabels {
  readonly values: BigInt64Array | Float32Array;
  gather(places: Uint32Array): void;
}

function dealtLabels(source: TrainingRows['labels'], rows: number): DealtLabels | undefined {
  if (source === undefined) return undefined;
  const isNumbers = source instanceof Float32Array;
  const values = isNumbers ? new Float32Array(rows) : new BigInt64Array(rows);
  // The same bytes, of classes two words each: a bigint for every label would cost more than the row. Classes are
  // never negative, so the upper word stays 0.
  const [entries, stride] = isNumbers ? [values as Float32Array, 1] : [new Int32Array(values.buffer), 2];
  return {
    values,
    gather: (places) => {
      for (let to = 0; to < places.length; to++) entries[to * stride] = source[places[to] ?? 0] ?? 0;
    },
  };
}

/** A number that goes with the order of an epoch. */
function saltOf(order: Uint32Array): number {
  return order.subarray(0, 8).reduce((salt, place) => (Math.imul(salt, 31) + place) >>> 0, 0);
}

/** Values of one row. */
export function rowSize(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
