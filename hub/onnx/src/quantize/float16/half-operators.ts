/**
 * How an operator can be in half precision.
 *
 * - `begins`: it has most of the work and of the weights, so that half precision begins with it
 * - `follows`: it is in half precision where what it reads is; preparing raw features stays float32 that way
 */
export type HalfRole = 'begins' | 'follows';

const BEGINS: readonly string[] = ['Conv', 'ConvTranspose', 'Einsum', 'Gemm', 'MatMul'];

const FOLLOWS: readonly string[] = [
  // Arithmetic and activations.
  ...['Abs', 'Add', 'Celu', 'Clip', 'Div', 'Elu', 'Erf', 'Gelu', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Max', 'Min'],
  ...['Mish', 'Mul', 'Neg', 'PRelu', 'Relu', 'Selu', 'Sigmoid', 'Sign', 'Softplus', 'Softsign', 'Sub', 'Sum', 'Tanh'],
  'ThresholdedRelu',
  // The same numbers in other places.
  ...['Concat', 'DepthToSpace', 'Dropout', 'Expand', 'Flatten', 'Gather', 'GatherElements', 'GatherND', 'Identity'],
  ...['MaxPool', 'GlobalMaxPool', 'Pad', 'Reshape', 'Slice', 'SpaceToDepth', 'Split', 'Squeeze', 'Tile', 'Transpose'],
  ...['Unsqueeze', 'Where'],
  // Those of SENSITIVE_OPERATORS, where a caller allows them.
  ...['AveragePool', 'BatchNormalization', 'Cos', 'CumSum', 'Exp', 'GlobalAveragePool', 'GroupNormalization'],
  ...[
    'InstanceNormalization',
    'LayerNormalization',
    'Log',
    'LogSoftmax',
    'LpNormalization',
    'Mean',
    'Pow',
    'Reciprocal',
  ],
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd'],
  ...['ReduceSum', 'ReduceSumSquare', 'Sin', 'Softmax', 'Sqrt'],
];

/**
 * Operators that stay float32 unless told otherwise: sums over many entries, which half precision rounds or lets
 * overflow above 65504, and functions that make a small difference of what they read a large one.
 */
export const SENSITIVE_OPERATORS: readonly string[] = [
  ...['AveragePool', 'BatchNormalization', 'Cos', 'CumSum', 'Exp', 'GlobalAveragePool', 'GroupNormalization'],
  ...[
    'InstanceNormalization',
    'LayerNormalization',
    'Log',
    'LogSoftmax',
    'LpNormalization',
    'Mean',
    'Pow',
    'Reciprocal',
  ],
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd'],
  ...['ReduceSum', 'ReduceSumSquare', 'Resize', 'Sin', 'Softmax', 'Sqrt'],
];

const ROLES: ReadonlyMap<string, HalfRole> = new Map([
  ...BEGINS.map((operator): [string, HalfRole] => [operator, 'begins']),
  ...FOLLOWS.map((operator): [string, HalfRole] => [operator, 'follows']),
]);

/**
 * Operators where a constant beyond float16 may become the largest number of float16: bounds, and what is added or put in
 * to leave entries out of a softmax.
 */
const TAKES_BOUNDS: ReadonlySet<string> = new Set(['Add', 'Clip', 'Max', 'Min', 'Pad', 'Sub', 'Where']);

/** What half precision can do with an operator of the standard; `undefined` where it always stays float32. */
export function halfRole(operator: string): HalfRole | undefined {
  return ROLES.get(operator);
}

/** Whether constants that an operator reads may be cut to the largest numbers of float16. */
export function takesBounds(operator: string): boolean {
  return TAKES_BOUNDS.has(operator);
}
