import type { Emitter } from '../gradient/emitter.ts';
import type { GradientRule } from '../gradient/rule-context.ts';
import { firstWins } from '../gradient/rules/convolution/first-wins.ts';
import { float32, int64, scalar } from '../tensor/tensor.ts';
import { type PositionValue, readPositions, reshaped, sumOfLists } from './positions.ts';
import { scatterWindows } from './scatter-windows.ts';
import { readsOutside, type WindowReads } from './window-reads.ts';

/**
 * MaxPool entry by entry: each entry of all windows is one value.
 *
 * Windows that overlap read more than the input holds; the gradient reads it again, so that this need not be kept.
 */
export class ColumnMaxPooling {
  readonly #input: PositionValue;
  readonly #reads: WindowReads;
  #entries: readonly string[] = [];
  #largest = '';

  constructor(input: PositionValue, reads: WindowReads) {
    this.#input = input;
    this.#reads = reads;
  }

  /** Adds the forward nodes and returns [channel, window * batch]. */
  forward(emit: Emitter): string {
    this.#entries = this.#readEntries(emit);
    this.#largest = this.#entries.reduce((largest, entry) => emit.op('Max', [largest, entry]));
    return this.#largest;
  }

  #readEntries(emit: Emitter): string[] {
    const lowest = readsOutside(this.#reads) ? emit.constant(scalar(Number.NEGATIVE_INFINITY)) : undefined;
    const entries = this.#reads.map((windows) => [windows]);
    return readPositions(emit, this.#input, entries, lowest);
  }

  readonly gradient: GradientRule = (context) => [
    () => {
      const { channels, positions } = this.#input;
      const width = this.#reads[0]?.length ?? 0;
      const overlaps = this.#reads.length * width > positions;
      const entries = overlaps ? this.#readEntries(context) : this.#entries;
      const shares = firstWins(context, entries, this.#largest);
      const name = shares.length === 1 ? (shares[0] ?? '') : context.op('Concat', shares, { axis: 1 });
      const values = { name, channels, rows: shares.length * width, reads: this.#reads };
      return scatterWindows(context, { ...values, rowOf: (entry, window) => entry * width + window }, positions);
    },
  ];
}

/** AveragePool as a sum over the entries of each window. */
export class ColumnAveragePooling {
  readonly #input: PositionValue;
  readonly #reads: WindowReads;
  readonly #counts: readonly number[];

  /** @param counts entries that each window averages */
  constructor(input: PositionValue, reads: WindowReads, counts: readonly number[]) {
    this.#input = input;
    this.#reads = reads;
    this.#counts = counts;
  }

  /** Adds the forward nodes and returns [channel, window * batch]. */
  forward(emit: Emitter): string {
    const { channels } = this.#input;
    const [read = ''] = readPositions(emit, this.#input, [this.#reads]);
    return this.#scaled(emit, sumOfLists(emit, read, channels, this.#reads.length));
  }

  readonly gradient: GradientRule = (context) => [
    () => {
      const { channels, positions } = this.#input;
      const values = { name: this.#scaled(context, context.gradient()), channels, rows: this.#counts.length };
      return scatterWindows(context, { ...values, reads: this.#reads, rowOf: (_, window) => window }, positions);
    },
  ];

  #scaled(emit: Emitter, value: string): string {
    const [first = 1] = this.#counts;
    if (this.#counts.every((count) => count === first))
      return emit.op('Mul', [value, emit.constant(scalar(1 / first))]);
    const shares = float32(
      this.#counts.map((count) => 1 / count),
      [this.#counts.length, 1],
    );
    const rows = reshaped(emit, value, this.#input.channels, this.#counts.length);
    return emit.op('Reshape', [
      emit.op('Mul', [rows, emit.constant(shares)]),
      emit.constant(int64([this.#input.channels, -1])),
    ]);
  }
}
