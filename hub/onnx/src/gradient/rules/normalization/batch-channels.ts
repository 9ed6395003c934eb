import { float, floatAttribute } from '../../../format/attributes.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { filled } from '../../filled.ts';
import { knownProduct } from '../../lengths.ts';
import { once } from '../../once.ts';
import type { RuleContext } from '../../rule-context.ts';

/** What channels are normalised by, each [channels]. */
export interface ChannelFactors {
  /** @default 0 */
  readonly mean?: string;
  readonly variance: string;
  /** @default 1 */
  readonly scale?: string;
}

/**
 * Arithmetic on a batch x [batch, channels, ...] and on values with an entry per channel.
 *
 * A BatchNormalization node is the fastest way to scale and move channels in one pass, but slow where a channel has only
 * one entry per row: 0.12 ms against 0.02 ms of a Mul for [256, 256]. So matrices are treated entry by entry.
 */
export class BatchChannels {
  readonly #context: RuleContext;
  readonly #rank: number;
  readonly #share: () => string;

  constructor(context: RuleContext) {
    const { dims } = context.inputType(0);
    if (!dims || dims.length < 2) throw context.refusal('an input of known rank, at least 2');
    this.#context = context;
    this.#rank = dims.length;
    this.#share = once(() => this.#shareOfEntry());
  }

  get isMatrix(): boolean {
    return this.#rank === 2;
  }

  get epsilon(): number {
    return floatAttribute(this.#context.node, 'epsilon', 1e-5);
  }

  /** Sum per channel, [channels]. */
  sum(value: string): string {
    const axes = Array.from({ length: this.#rank }, (_, axis) => axis).filter((axis) => axis !== 1);
    return this.#context.op('ReduceSum', [value, this.#context.constant(int64(axes))], { keepdims: 0 });
  }

  /** A value [channels] divided by the number of entries of a channel. */
  perEntry(sums: string): string {
    return this.#context.op('Mul', [sums, this.#share()]);
  }

  /** 1 / entries of a channel. */
  #shareOfEntry(): string {
    const context = this.#context;
    const count = knownProduct((context.inputType(0).dims ?? []).filter((_, axis) => axis !== 1));
    if (count !== undefined) return context.scalar(1 / count);
    const [all, channels] = [0, 1].map((index) => context.op('Size', [context.input(index)]));
    const entries = context.op('Cast', [context.op('Div', [all, channels])], { to: DATA_TYPE[context.floatType] });
    return context.op('Reciprocal', [entries]);
  }

  /** A value [channels] in a shape that broadcasts against x. */
  spread(value: string): string {
    if (this.isMatrix) return value;
    const column = this.#context.constant(int64([-1, ...new Array<number>(this.#rank - 2).fill(1)]));
    return this.#context.op('Reshape', [value, column]);
  }

  /** [channels], everywhere `value`. */
  constant(value: number): string {
    const sizes = [this.#context.inputType(1).dims?.[0], this.#context.inputType(0).dims?.[1]];
    const size = sizes.find((dim) => typeof dim === 'number');
    if (size !== undefined) return this.#context.floats(new Array<number>(size).fill(value), [size]);
    return filled(this.#context, this.#context.op('Shape', [this.#context.input(1)]), value);
  }

  /** 1 / sqrt(variance + epsilon) */
  inverseDeviation(variance: string): string {
    const moved = this.#context.op('Add', [variance, this.#context.scalar(this.epsilon)]);
    return this.#context.op('Reciprocal', [this.#context.op('Sqrt', [moved])]);
  }

  /** (value - mean) / sqrt(variance + epsilon) * scale */
  normalized(value: string, { mean, variance, scale }: ChannelFactors): string {
    if (!this.isMatrix) {
      const zeros = this.constant(0);
      const inputs = [value, scale ?? this.constant(1), zeros, mean ?? zeros, variance];
      return this.#context.op('BatchNormalization', inputs, { epsilon: float(this.epsilon) });
    }
    const centered = mean === undefined ? value : this.#context.op('Sub', [value, mean]);
    const inverse = this.inverseDeviation(variance);
    const factor = scale === undefined ? inverse : this.#context.op('Mul', [inverse, scale]);
    return this.#context.op('Mul', [centered, factor]);
  }
}
