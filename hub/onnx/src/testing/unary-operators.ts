import { type AttributeValue, float } from '../format/attributes.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';

/** An operator of one float input, and the points where its gradient can be compared with differences. */
export interface UnaryOperator {
  readonly operator: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** @default -1 */
  readonly low?: number;
  /** @default 1 */
  readonly high?: number;
  /** Points where the function has a corner, which differences must not step over. */
  readonly corners?: readonly number[];
}

/** Operators that ONNX Runtime computes in float64, too. */
export const FLOAT64_UNARY: readonly UnaryOperator[] = [
  { operator: 'Abs', corners: [0] },
  { operator: 'Cast', attributes: { to: DATA_TYPE.float64 } },
  { operator: 'Cos', low: -3, high: 3 },
  { operator: 'Exp' },
  { operator: 'Identity' },
  { operator: 'Log', low: 0.2, high: 3 },
  { operator: 'LogSoftmax', low: -3, high: 3 },
  { operator: 'Neg' },
  { operator: 'Reciprocal', low: 0.3, high: 2 },
  { operator: 'Relu', corners: [0] },
  { operator: 'Sigmoid', low: -4, high: 4 },
  { operator: 'Sin', low: -3, high: 3 },
  { operator: 'Softmax', low: -3, high: 3 },
  { operator: 'Softmax', low: -3, high: 3, attributes: { axis: 0 } },
  { operator: 'Sqrt', low: 0.2, high: 3 },
  { operator: 'Tanh', low: -2, high: 2 },
];

/** Activations that ONNX Runtime computes in float32 only. */
export const FLOAT32_UNARY: readonly UnaryOperator[] = [
  { operator: 'Celu', attributes: { alpha: float(0.6) }, corners: [0] },
  { operator: 'Celu', corners: [0] },
  { operator: 'Elu', attributes: { alpha: float(1.4) }, corners: [0] },
  { operator: 'Elu', corners: [0] },
  { operator: 'Erf' },
  { operator: 'Gelu', low: -3, high: 3 },
  { operator: 'Gelu', low: -3, high: 3, attributes: { approximate: 'tanh' } },
  { operator: 'HardSigmoid', low: -4, high: 4, corners: [-2.5, 2.5] },
  {
    operator: 'HardSigmoid',
    attributes: { alpha: float(-0.5), beta: float(0.25) },
    low: -3,
    high: 3,
    corners: [-1.5, 0.5],
  },
  { operator: 'HardSwish', low: -5, high: 5, corners: [-3, 3] },
  { operator: 'LeakyRelu', corners: [0] },
  { operator: 'LeakyRelu', attributes: { alpha: float(-0.3) }, corners: [0] },
  { operator: 'LeakyRelu', attributes: { alpha: float(1.7) }, corners: [0] },
  { operator: 'Mish', low: -3, high: 3 },
  { operator: 'Relu', corners: [0] },
  { operator: 'Selu', corners: [0] },
  { operator: 'Selu', attributes: { alpha: float(0.4), gamma: float(1.2) }, corners: [0] },
  { operator: 'Softplus', low: -3, high: 3 },
  { operator: 'Softsign', corners: [0] },
];

/** Operators that are flat wherever they have a slope. */
export const STEP_OPERATORS: readonly string[] = ['Ceil', 'Floor', 'Round', 'Sign'];
