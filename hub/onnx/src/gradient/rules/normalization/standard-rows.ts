import { float, floatAttribute } from '../../../format/attributes.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { filled } from '../../filled.ts';
import { once } from '../../once.ts';
import type { RuleContext } from '../../rule-context.ts';

/** LayerNormalization, which gives mean and deviation of the rows, exists since this operator set. */
const LAYER_NORMALIZATION_OPSET = 17;

/**
 * Rows [..., size], each with mean 0 and deviation 1, of an input whose own node does not give its statistics.
 *
 * `size` undefined: known at run time.
 */
export class StandardRows {
  readonly #context: RuleContext;
  readonly #size: number | undefined;
  readonly #made: () => { readonly value: string; readonly inverse: string };

  constructor(context: RuleContext, rows: () => string, size: number | undefined) {
    if (context.opset < LAYER_NORMALIZATION_OPSET) {
      throw context.refusal(`an operator set of at least ${LAYER_NORMALIZATION_OPSET}, got ${context.opset}`);
    }
    this.#context = context;
    this.#size = size;
    this.#made = once(() => this.#standardized(rows()));
  }

  /** (x - mean) / deviation, of the shape of the rows. */
  get value(): string {
    return this.#made().value;
  }

  /** 1 / deviation, [..., 1]. */
  get inverse(): string {
    return this.#made().inverse;
  }

  /** Sum of each row, [..., 1]. */
  sum(value: string): string {
    return this.#context.op('ReduceSum', [value, this.#context.constant(int64([-1]))], { keepdims: 1 });
  }

  /** factor (g - mean(g) - x^ mean(g x^)) by the sums of g and g x^ over each row: the gradient of what was normalised. */
  gradient(g: string, sums: { readonly plain: string; readonly along: string }, factor: string): string {
    const [mean, slope] = [this.#perEntry(sums.plain), this.#perEntry(sums.along)];
    const along = this.#context.op('Mul', [this.value, slope]);
    const rest = this.#context.op('Sub', [this.#context.op('Sub', [g, along]), mean]);
    return this.#context.op('Mul', [rest, factor]);
  }

  #standardized(rows: string): { value: string; inverse: string } {
    const context = this.#context;
    const epsilon = float(floatAttribute(context.node, 'epsilon', 1e-5));
    const ones =
      this.#size === undefined
        ? filled(context, this.#measured(rows), 1)
        : context.floats(new Array<number>(this.#size).fill(1), [this.#size]);
    const [value = '', , inverse = ''] = context.opMany('LayerNormalization', [rows, ones], { axis: -1, epsilon }, 3);
    const isSingle = context.floatType === 'float32';
    return { value, inverse: isSingle ? inverse : context.op('Cast', [inverse], { to: DATA_TYPE[context.floatType] }) };
  }

  #perEntry(sums: string): string {
    if (this.#size !== undefined) return this.#context.op('Mul', [sums, this.#context.scalar(1 / this.#size)]);
    const to = DATA_TYPE[this.#context.floatType];
    return this.#context.op('Div', [sums, this.#context.op('Cast', [this.#measured(this.value)], { to })]);
  }

  /** Size of a row, [1]. */
  #measured(rows: string): string {
    return this.#context.op('Gather', [this.#context.op('Shape', [rows]), this.#context.constant(int64([-1]))]);
  }
}
