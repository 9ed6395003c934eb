import { floatAttribute, intAttribute, stringAttribute, stringsAttribute } from '../../../format/attributes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';
import { SequenceLengths } from './sequence-lengths.ts';

/** Places of the inputs of LSTM, GRU and RNN; GRU and RNN have no `cell` and no `peepholes`. */
export const INPUT = {
  x: 0,
  weights: 1,
  recurrence: 2,
  bias: 3,
  lengths: 4,
  hidden: 5,
  cell: 6,
  peepholes: 7,
} as const;

const DIRECTIONS: Readonly<Record<string, readonly boolean[]>> = {
  forward: [false],
  reverse: [true],
  bidirectional: [false, true],
};

/** Entries of weights of which no copies are made: 4 MB. */
const LARGE_WEIGHTS = 2 ** 20;

/** Y and Y_h; LSTM has Y_c too. */
export const OUTPUT = { sequence: 0, hidden: 1, cell: 2 } as const;

/** What the two directions of one recurrent node have in common, in layout 0 (time first). */
export class RecurrentLayer {
  readonly context: RuleContext;
  /** Blocks of `hidden` rows in the weights. */
  readonly gates: number;
  readonly hidden: number;
  /** Whether each direction runs from the end of the sequence to its start. */
  readonly directions: readonly boolean[];
  /** `undefined` when all sequences are as long as the input. */
  readonly lengths: SequenceLengths | undefined;
  #sequence: string | undefined;
  #flatInput: string | undefined;
  #shape: string | undefined;

  constructor(context: RuleContext, gates: number) {
    this.context = context;
    this.gates = gates;
    const { node } = context;
    this.directions = DIRECTIONS[stringAttribute(node, 'direction', 'forward')] ?? [false];
    const columns = context.inputType(INPUT.recurrence).dims?.[2];
    this.hidden = intAttribute(node, 'hidden_size', typeof columns === 'number' ? columns : 0);
    const lengths = context.input(INPUT.lengths);
    this.lengths = lengths === '' ? undefined : new SequenceLengths(context, lengths, INPUT.x);
    this.#check();
  }

  /** Names of the activations of direction `index`, in lower case; `fallback` where the node says nothing. */
  activations(index: number, fallback: readonly string[]): string[] {
    const all = stringsAttribute(this.context.node, 'activations') ?? this.directions.flatMap(() => fallback);
    return all.slice(index * fallback.length, (index + 1) * fallback.length).map((name) => name.toLowerCase());
  }

  /** Y [time, directions, batch, hidden], named where the node leaves it out. */
  get sequence(): string {
    this.#sequence ??= this.context.namedOutput(OUTPUT.sequence);
    return this.#sequence;
  }

  /** X as [time * batch, features]. */
  get flatInput(): string {
    this.#flatInput ??= this.context.op('Flatten', [this.context.input(INPUT.x)], { axis: 2 });
    return this.#flatInput;
  }

  /** [time * batch, width] as [time, batch, width]. */
  inSteps(value: string, width: number): string {
    const [time, batch] = this.#sizes();
    if (time !== undefined || batch !== undefined) {
      const target = time === undefined ? [-1, batch ?? 1, width] : [time, -1, width];
      return this.context.op('Reshape', [value, this.context.constant(int64(target))]);
    }
    const leading = this.#shapePart([0, 1]);
    const target = this.context.op('Concat', [leading, this.context.constant(int64([width]))], { axis: 0 });
    return this.context.op('Reshape', [value, target]);
  }

  /** Whether copies of the weights would be large. */
  get hasLargeWeights(): boolean {
    const width = Math.max(this.hidden, this.features ?? 0);
    return this.gates * this.hidden * width >= LARGE_WEIGHTS;
  }

  /** Steps of a sequence; `undefined` where that is not known, or there is no batch whose size is open. */
  get time(): number | undefined {
    const [time, batch] = this.#sizes();
    return batch === undefined ? time : undefined;
  }

  /** Values of a step of X; `undefined` where that is not known. */
  get features(): number | undefined {
    const width = this.context.inputType(INPUT.weights).dims?.[2];
    return typeof width === 'number' ? width : undefined;
  }

  /** Zeros [batch, hidden]. */
  zeros(): string {
    const [, batch] = this.#sizes();
    const width = this.context.constant(int64([this.hidden]));
    const shape =
      batch === undefined
        ? this.context.op('Concat', [this.#shapePart([1]), width], { axis: 0 })
        : this.context.constant(int64([batch, this.hidden]));
    return this.context.op('Expand', [this.context.scalar(0), shape]);
  }

  #sizes(): [time: number | undefined, batch: number | undefined] {
    const [time, batch] = this.context.inputType(INPUT.x).dims ?? [];
    // A size of 0 means "copy" to Reshape.
    return [
      typeof time === 'number' && time > 0 ? time : undefined,
      typeof batch === 'number' && batch > 0 ? batch : undefined,
    ];
  }

  #shapePart(axes: readonly number[]): string {
    this.#shape ??= this.context.op('Shape', [this.context.input(INPUT.x)]);
    return this.context.op('Gather', [this.#shape, this.context.constant(int64(axes))]);
  }

  #check(): void {
    const { context } = this;
    const { node } = context;
    if (this.hidden <= 0) throw context.refusal('a hidden_size');
    if (intAttribute(node, 'layout', 0) !== 0) throw context.refusal('layout 0 (time first)');
    if (intAttribute(node, 'input_forget', 0) !== 0) throw context.refusal('input_forget 0');
    if (floatAttribute(node, 'clip', 0) !== 0) throw context.refusal('no clip');
    if (context.input(INPUT.peepholes) !== '') throw context.refusal('no peephole weights');
  }
}
