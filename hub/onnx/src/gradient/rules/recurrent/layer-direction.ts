import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';
import type { DeltaProduct } from './delta-product.ts';
import { INPUT, OUTPUT, type RecurrentLayer } from './recurrent-layer.ts';
import type { SequenceLengths } from './sequence-lengths.ts';

/** One direction of a recurrent node: its share of the weights, states, outputs and their gradients. */
export class LayerDirection {
  readonly context: RuleContext;
  readonly layer: RecurrentLayer;
  readonly index: number;
  /** Whether the forward pass runs from the end of the sequence to its start. */
  readonly isReversed: boolean;
  /** `undefined` when all sequences are as long as the input. */
  readonly lengths: SequenceLengths | undefined;
  readonly #known = new Map<string, string>();

  constructor(layer: RecurrentLayer, index: number) {
    this.context = layer.context;
    this.layer = layer;
    this.lengths = layer.lengths;
    this.index = index;
    this.isReversed = layer.directions[index] ?? false;
  }

  /** W [gates * hidden, features]. */
  get weights(): string {
    return this.#once('weights', () => this.#part(this.context.input(INPUT.weights), 0));
  }

  /** R [gates * hidden, hidden]. */
  get recurrence(): string {
    return this.#once('recurrence', () => this.#part(this.context.input(INPUT.recurrence), 0));
  }

  /** B [2 * gates * hidden], biases of the input before those of the recurrence. */
  get bias(): string | undefined {
    const bias = this.context.input(INPUT.bias);
    return bias === '' ? undefined : this.#part(bias, 0);
  }

  /** Y [time, batch, hidden]; zero behind the end of a sequence. */
  get output(): string {
    return this.#once('output', () => this.#part(this.layer.sequence, 1));
  }

  /** What each step had as hidden state, [time, batch, hidden]; of no meaning behind the end of a sequence. */
  get previousHidden(): string {
    return this.#once('previous', () => this.#buildPrevious());
  }

  /** [time * batch, hidden] */
  get flatPrevious(): string {
    return this.#once('flat previous', () => this.flat(this.previousHidden));
  }

  /** Initial hidden or cell state [batch, hidden]; zeros where it is left out. */
  initialState(input: number): string {
    const value = this.context.input(input);
    return value === '' ? this.layer.zeros() : this.#part(value, 0);
  }

  /** Gradient at each step's output from outside, [time, batch, hidden]; `undefined` when the last step's is all. */
  outputGradient(): string | undefined {
    const { context, lengths } = this;
    const all = context.gradientOf(OUTPUT.sequence);
    const parts = all === undefined ? [] : [this.where(this.#part(all, 1), 0)];
    // Where the last step of each sequence is another one, its gradient goes to its place in time.
    const last = lengths && this.#lastGradient(OUTPUT.hidden);
    if (last !== undefined) {
      const isLast = this.isReversed ? lengths?.isStart : lengths?.isEnd;
      parts.push(context.op('Where', [isLast, last, context.scalar(0)]));
    }
    return parts.length === 2 ? context.op('Add', parts) : parts[0];
  }

  /** Hidden state's gradient that the pass back starts with, [batch, hidden]. */
  lastHiddenGradient(): string {
    return (this.lengths ? undefined : this.#lastGradient(OUTPUT.hidden)) ?? this.layer.zeros();
  }

  /** Cell state's gradient that the pass back starts with, [batch, hidden]; passed on to the end of each sequence. */
  lastCellGradient(): string {
    return this.#lastGradient(OUTPUT.cell) ?? this.layer.zeros();
  }

  /** `value` with `other` in place of everything behind the end of a sequence. */
  where(value: string, other: number): string {
    if (!this.lengths) return value;
    return this.context.op('Where', [this.lengths.isInside, value, this.context.scalar(other)]);
  }

  /**
   * Gradient of the initial hidden state where the next one depends on the last one through the gates only.
   *
   * `carried` is what the pass back ends with, which with lengths may lie behind the end of a reversed sequence.
   */
  initialHidden(delta: string, carried: string): string {
    const { context, lengths } = this;
    if (!this.isReversed || !lengths) return carried;
    const first = context.op('Where', [lengths.isEnd, delta, context.scalar(0)]);
    const sum = context.op('ReduceSum', [first, context.constant(int64([0]))], { keepdims: 0 });
    return context.op('Gemm', [sum, this.recurrence]);
  }

  /** The gradient of weights of so many gates that met the hidden state of the step before. */
  previousProduct(delta: string, gates: number): DeltaProduct {
    const { hidden } = this.layer;
    return { delta, rows: gates * hidden, values: this.flatPrevious, width: hidden };
  }

  /** [time, batch, width] as [time * batch, width]. */
  flat(value: string): string {
    return this.context.op('Flatten', [value], { axis: 2 });
  }

  /** Weights cut into pieces of `hidden` rows. */
  splitRows(value: string, pieces: number): string[] {
    const sizes = this.context.constant(int64(new Array<number>(pieces).fill(this.layer.hidden)));
    return this.context.opMany('Split', [value, sizes], { axis: 0 }, pieces);
  }

  #lastGradient(output: number): string | undefined {
    const gradient = this.context.gradientOf(output);
    if (gradient === undefined) return undefined;
    const own = this.#part(gradient, 0);
    // The last states of an empty sequence are zero, whatever the initial ones.
    return this.lengths ? this.context.op('Where', [this.lengths.hasSteps, own, this.context.scalar(0)]) : own;
  }

  #part(value: string, axis: number): string {
    const { context } = this;
    return this.layer.directions.length === 1
      ? context.op('Squeeze', [value, context.constant(int64([axis]))])
      : context.op('Gather', [value, context.constant(int64([this.index], []))], { axis });
  }

  #buildPrevious(): string {
    const { context, isReversed, lengths } = this;
    const initial = context.input(INPUT.hidden);
    if (initial === '') return this.#shifted();
    const first = this.#part(initial, 0);
    if (isReversed && lengths) return context.op('Where', [lengths.isEnd, first, this.#shifted()]);
    const [from, to] = isReversed ? [1, Number.MAX_SAFE_INTEGER] : [0, -1];
    const limits = [from, to, 0].map((value) => context.constant(int64([value])));
    const rest = context.op('Slice', [this.output, ...limits]);
    const step = context.op('Unsqueeze', [first, context.constant(int64([0]))]);
    return context.op('Concat', isReversed ? [rest, step] : [step, rest], { axis: 0 });
  }

  /** The output of the step before, zero for the first one. */
  #shifted(): string {
    const pads = this.isReversed ? [-1, 0, 0, 1, 0, 0] : [1, 0, 0, -1, 0, 0];
    return this.context.op('Pad', [this.output, this.context.constant(int64(pads))]);
  }

  #once(name: string, build: () => string): string {
    const known = this.#known.get(name) ?? build();
    this.#known.set(name, known);
    return known;
  }
}
