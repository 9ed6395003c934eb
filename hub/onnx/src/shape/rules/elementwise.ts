import { intAttribute } from '../../format/attributes.ts';
import { elementTypeOf } from '../../tensor/element-type.ts';
import { broadcastDims } from '../broadcast-dims.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

const UNARY = [
  ...['Abs', 'Neg', 'Reciprocal', 'Sign', 'Floor', 'Ceil', 'Round', 'Sqrt', 'Exp', 'Log', 'Erf', 'Not', 'BitwiseNot'],
  ...['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh', 'Identity'],
  ...['Relu', 'LeakyRelu', 'PRelu', 'ThresholdedRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'HardSwish'],
  ...['Swish', 'Mish', 'Gelu', 'Softplus', 'Softsign', 'Shrink', 'Clip', 'Softmax', 'LogSoftmax', 'Hardmax'],
];
/** Of two inputs or any number of them. */
const BROADCAST = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Mod', 'Min', 'Max', 'Sum', 'Mean'],
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitShift'],
];
const COMPARISON = ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor'];
const TEST = ['IsNaN', 'IsInf'];

function sameAsInput(context: ShapeContext) {
  return [inputType(context, 0)];
}

function broadcastAll(context: ShapeContext, inputs = context.inputs) {
  const [first, ...others] = inputs.map(({ dims }) => dims);
  return others.reduce((all, dims) => (all && dims ? broadcastDims(all, dims) : undefined), first);
}

function broadcast(context: ShapeContext) {
  return [{ type: inputType(context, 0).type, dims: broadcastAll(context) }];
}

function comparison(context: ShapeContext) {
  return [{ type: 'bool' as const, dims: broadcastAll(context) }];
}

function test(context: ShapeContext) {
  return [{ type: 'bool' as const, dims: inputType(context, 0).dims }];
}

/** Types behind operators that work entry by entry, with broadcasting. */
export const ELEMENTWISE_RULES: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(UNARY.map((operator) => [operator, sameAsInput])),
  ...Object.fromEntries(BROADCAST.map((operator) => [operator, broadcast])),
  ...Object.fromEntries(COMPARISON.map((operator) => [operator, comparison])),
  ...Object.fromEntries(TEST.map((operator) => [operator, test])),
  Where: (context) => [{ type: inputType(context, 1).type ?? inputType(context, 2).type, dims: broadcastAll(context) }],
  Cast: (context) => [{ type: elementTypeOf(intAttribute(context.node, 'to', 0)), dims: inputType(context, 0).dims }],
  CastLike: (context) => [{ type: inputType(context, 1).type, dims: inputType(context, 0).dims }],
};
