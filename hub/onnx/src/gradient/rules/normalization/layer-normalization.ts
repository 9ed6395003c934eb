import { intAttribute } from '../../../format/attributes.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { knownProduct } from '../../lengths.ts';
import { once } from '../../once.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/**
 * dx = inverse (g - mean(g) - x' inverse^2 mean(g x')) with g = dy scale, x' = x - mean, and the mean and the inverse
 * deviation that the node gives.
 *
 * Means along the normalised axes are products with scale / size, which spares two passes over the entries.
 *
 * @see ONNX LayerNormalization-17
 */
export const layerNormalizationGradient: GradientRule = (context) => {
  if ([1, 2].some((index) => context.gradientOf(index) !== undefined)) {
    throw context.refusal('statistics that no loss depends on');
  }
  const { dims } = context.inputType(0);
  if (!dims) throw context.refusal('an input of known rank');
  const rows = new NormalizedRows(
    context,
    positiveAxis(intAttribute(context.node, 'axis', -1), dims.length),
    dims.length,
  );
  return [() => rows.inputGradient(), () => rows.scaleGradient(), () => rows.biasGradient()];
};

/** The input as rows, each of which is normalised. */
class NormalizedRows {
  readonly #context: RuleContext;
  readonly #axis: number;
  readonly #rank: number;
  /** x' = x - mean */
  readonly #centered: () => string;
  /** dy x' */
  readonly #product: () => string;
  readonly #inverse: () => string;

  constructor(context: RuleContext, axis: number, rank: number) {
    this.#context = context;
    this.#axis = axis;
    this.#rank = rank;
    this.#centered = once(() => this.#op('Sub', this.#rows(context.input(0)), this.#statistic(1)));
    this.#product = once(() => this.#op('Mul', this.#rows(context.gradient()), this.#centered()));
    this.#inverse = once(() => this.#statistic(2));
  }

  inputGradient(): string {
    const gradient = this.#rows(this.#context.gradient());
    const share = this.#share();
    const inverse = this.#inverse();
    const mean = this.#op('MatMul', gradient, share);
    const along = this.#op('Mul', this.#op('Mul', this.#op('MatMul', this.#product(), share), inverse), inverse);
    const scaled = this.#op(
      'Mul',
      gradient,
      this.#isOneAxis ? this.#context.input(1) : this.#flat(this.#context.input(1), 0),
    );
    const rest = this.#op('Sub', this.#op('Sub', scaled, this.#op('Mul', this.#centered(), along)), mean);
    const result = this.#op('Mul', rest, inverse);
    return this.#isOneAxis ? result : this.#op('Reshape', result, this.#context.shapeOf(0));
  }

  /** The sum over the rows of dy x' inverse: one product of a row and a matrix. */
  scaleGradient(): string {
    const inverses = this.#op('Reshape', this.#inverse(), this.#context.constant(int64([1, -1])));
    const product = this.#isOneAxis ? this.#flat(this.#product(), this.#axis) : this.#product();
    return this.#op('Reshape', this.#op('MatMul', inverses, product), this.#context.shapeOf(1));
  }

  biasGradient(): string {
    const gradient = this.#context.gradient();
    if (this.#axis === 0) return gradient;
    const axes = this.#context.constant(int64(Array.from({ length: this.#axis }, (_, axis) => axis)));
    return this.#context.op('ReduceSum', [gradient, axes], { keepdims: 0 });
  }

  /** scale / size as a column. */
  #share(): string {
    const [scale, column] = [this.#context.input(1), this.#context.constant(int64([-1, 1]))];
    const size = knownProduct(this.#context.inputType(0).dims?.slice(this.#axis) ?? []);
    const flat = this.#op('Reshape', scale, column);
    if (size !== undefined) return this.#op('Mul', flat, this.#context.scalar(1 / size));
    const to = DATA_TYPE[this.#context.floatType];
    return this.#op('Div', flat, this.#context.op('Cast', [this.#op('Size', scale)], { to }));
  }

  /** Mean or inverse deviation of each row, in the type of x. */
  #statistic(output: number): string {
    const value = this.#rows(this.#context.namedOutput(output));
    const { floatType } = this.#context;
    return floatType === 'float32' ? value : this.#context.op('Cast', [value], { to: DATA_TYPE[floatType] });
  }

  /** Only the last axis is normalised, so that everything can keep its shape. */
  get #isOneAxis(): boolean {
    return this.#axis === this.#rank - 1;
  }

  #rows(value: string): string {
    return this.#isOneAxis ? value : this.#flat(value, this.#axis);
  }

  #flat(value: string, axis: number): string {
    return this.#context.op('Flatten', [value], { axis });
  }

  #op(operator: string, ...inputs: string[]): string {
    return this.#context.op(operator, inputs);
  }
}
