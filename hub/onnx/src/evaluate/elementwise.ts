import { intAttribute } from '../format/attributes.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { type NumberType, zeros } from '../tensor/typed-arrays.ts';
import { type Evaluation, type Evaluator, fits } from './evaluation.ts';
import { broadcastShape, broadcastStrides, numbers, offsetsOf, picked } from './offsets.ts';

/** Entries are bigints in 64-bit integers and numbers in everything else; both inputs have the same kind. */
type Entry = number | bigint;
/** `undefined` where the result is not defined, such as an integer divided by zero. */
type Binary = (left: never, right: never) => Entry | undefined;
type Unary = (value: number) => number;

const FLOATS: ReadonlySet<string> = new Set(['float32', 'float64']);
/** Half floats are kept as bits, so arithmetic on them would be arithmetic on the bits. */
const BITS: ReadonlySet<string> = new Set(['float16', 'bfloat16', 'string']);

/** Numbers round to even when they are halfway. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function divide(left: Entry, right: Entry, type: string): Entry | undefined {
  if (typeof left === 'bigint' && typeof right === 'bigint') return right === 0n ? undefined : left / right;
  const quotient = Number(left) / Number(right);
  if (FLOATS.has(type)) return quotient;
  return right === 0 ? undefined : Math.trunc(quotient);
}

// ONNX Mod-13: with fmod the sign of the dividend, else that of the divisor.
function modulo(left: Entry, right: Entry, isFmod: boolean, type: string): Entry | undefined {
  if (!isFmod && FLOATS.has(type)) return undefined;
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (right === 0n) return undefined;
    const rest = left % right;
    return isFmod || rest === 0n || rest < 0n === right < 0n ? rest : rest + right;
  }
  if (right === 0 && !FLOATS.has(type)) return undefined;
  const rest = Number(left) % Number(right);
  return isFmod || rest === 0 || rest < 0 === Number(right) < 0 ? rest : rest + Number(right);
}

function power(left: Entry, right: Entry, type: string): Entry | undefined {
  const raised = Number(left) ** Number(right);
  if (FLOATS.has(type)) return raised;
  // Overflow and fractions are decided by each runtime for itself.
  if (!Number.isSafeInteger(raised) || Math.abs(raised) >= 2 ** 31) return undefined;
  return typeof left === 'bigint' ? BigInt(raised) : raised;
}

function product(left: Entry, right: Entry, type: string): Entry {
  if (typeof left === 'bigint' || typeof right === 'bigint') return (left as bigint) * (right as bigint);
  // 32-bit integers wrap around, and their product does not fit into a number exactly.
  return type === 'int32' || type === 'uint32' ? Math.imul(left, right) : left * right;
}

/** The smaller of two entries; NaN when one of them is. */
export function smaller(left: Entry, right: Entry): Entry {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  return left < right ? left : right;
}

/** The larger of two entries; NaN when one of them is. */
export function larger(left: Entry, right: Entry): Entry {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  return left > right ? left : right;
}

const COMPARISONS: Readonly<Record<string, (left: Entry, right: Entry) => boolean>> = {
  Equal: (left, right) => left === right,
  Greater: (left, right) => left > right,
  GreaterOrEqual: (left, right) => left >= right,
  Less: (left, right) => left < right,
  LessOrEqual: (left, right) => left <= right,
  And: (left, right) => left !== 0 && right !== 0,
  Or: (left, right) => left !== 0 || right !== 0,
  Xor: (left, right) => (left !== 0) !== (right !== 0),
};

const UNARY: Readonly<Record<string, Unary>> = {
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (value) => 1 / value,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: roundHalfToEven,
  Tanh: Math.tanh,
  Sigmoid: (value) => 1 / (1 + Math.exp(-value)),
};

function combined(evaluation: Evaluation, type: NumberType, combine: Binary): Tensor | undefined {
  const [left, right] = evaluation.inputs;
  if (!left || !right || left.type !== right.type || BITS.has(left.type)) return undefined;
  const dims = broadcastShape([left.dims, right.dims]);
  if (!dims || !fits(dims, evaluation)) return undefined;
  const data = zeros(type, elementCount(dims));
  const rightOffsets = offsetsOf(dims, broadcastStrides(right.dims, dims));
  let at = 0;
  for (const offset of offsetsOf(dims, broadcastStrides(left.dims, dims))) {
    const entry = combine(left.data[offset] as never, right.data[rightOffsets.next().value ?? 0] as never);
    if (entry === undefined) return undefined;
    data[at++] = entry;
  }
  return numbers(type, dims, data);
}

function one(value: Tensor | undefined): Tensor[] | undefined {
  return value && [value];
}

function arithmetic(combine: (left: Entry, right: Entry, type: string) => Entry | undefined): Evaluator {
  return (evaluation) => {
    const type = evaluation.inputs[0]?.type;
    if (type === undefined || type === 'string' || type === 'bool') return undefined;
    return one(combined(evaluation, type, (left, right) => combine(left, right, type)));
  };
}

/** Min, Max and Sum of any number of inputs, two by two. */
function folded(evaluator: Evaluator): Evaluator {
  return (evaluation) => {
    const [first, ...rest] = evaluation.inputs;
    return rest.reduce<readonly Tensor[] | undefined>(
      (so, next) => so && evaluator({ ...evaluation, inputs: [so[0], next] }),
      one(first),
    );
  };
}

function mapped({ inputs }: Evaluation, change: (entry: Entry) => Entry): Tensor[] | undefined {
  const [value] = inputs;
  if (!value || value.type === 'string' || BITS.has(value.type)) return undefined;
  const data = zeros(value.type, value.data.length);
  for (const [at, entry] of value.data.entries()) data[at] = change(entry);
  return [numbers(value.type, value.dims, data)];
}

function absolute(entry: Entry): Entry {
  return entry < 0 ? -entry : entry;
}

function sign(entry: Entry): Entry {
  if (typeof entry === 'bigint') return entry < 0n ? -1n : BigInt(entry > 0n);
  return Math.sign(entry);
}

function clip(evaluation: Evaluation): readonly Tensor[] | undefined {
  const { inputs, opset } = evaluation;
  // Before opset 11 the limits were attributes; such a node is left to the runtime.
  if (opset < 11) return undefined;
  const [value, low, high] = inputs;
  if ([low, high].some((limit) => limit && (limit.type !== value?.type || limit.data.length !== 1))) return undefined;
  const [least, most] = [low?.data[0] as Entry | undefined, high?.data[0] as Entry | undefined];
  return mapped(evaluation, (entry) => {
    const raised = least === undefined ? entry : larger(entry, least);
    return most === undefined ? raised : smaller(raised, most);
  });
}

function where(evaluation: Evaluation): Tensor[] | undefined {
  const [condition, yes, no] = evaluation.inputs;
  if (condition?.type !== 'bool' || !yes || yes.type !== no?.type) return undefined;
  const dims = broadcastShape([condition.dims, yes.dims, no.dims]);
  if (!dims || !fits(dims, evaluation)) return undefined;
  const [left, right] = [yes, no].map((value) =>
    picked(value, dims, offsetsOf(dims, broadcastStrides(value.dims, dims))),
  );
  const choices = [...offsetsOf(dims, broadcastStrides(condition.dims, dims))].map((at) => condition.data[at] !== 0);
  if (!left || !right) return undefined;
  if (left.type === 'string' || right.type === 'string') {
    return [{ type: 'string', dims, data: choices.map((choice, at) => String((choice ? left : right).data[at])) }];
  }
  const data = zeros(left.type, choices.length);
  for (const [at, choice] of choices.entries()) data[at] = (choice ? left.data[at] : right.data[at]) ?? 0;
  return [numbers(left.type, dims, data)];
}

const ADD = arithmetic((left, right) => ((left as number) + (right as number)) as Entry);

/** Operators that work entry by entry, with broadcasting. */
export const ELEMENTWISE_EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Add: ADD,
  Sum: folded(ADD),
  Sub: arithmetic((left, right) => ((left as number) - (right as number)) as Entry),
  Mul: arithmetic(product),
  Div: arithmetic(divide),
  Mod: (evaluation) => {
    const isFmod = intAttribute(evaluation.node, 'fmod', 0) === 1;
    return arithmetic((left, right, type) => modulo(left, right, isFmod, type))(evaluation);
  },
  Pow: arithmetic(power),
  Min: folded(arithmetic(smaller)),
  Max: folded(arithmetic(larger)),
  Neg: (evaluation) => mapped(evaluation, (entry) => -entry),
  Abs: (evaluation) => mapped(evaluation, absolute),
  Sign: (evaluation) => mapped(evaluation, sign),
  Relu: (evaluation) => mapped(evaluation, (entry) => larger(entry, typeof entry === 'bigint' ? 0n : 0)),
  Not: (evaluation) =>
    evaluation.inputs[0]?.type === 'bool' ? mapped(evaluation, (entry) => Number(entry === 0)) : undefined,
  Clip: clip,
  Where: where,
  ...Object.fromEntries(
    Object.entries(COMPARISONS).map(([operator, compare]): [string, Evaluator] => [
      operator,
      (evaluation) => one(combined(evaluation, 'bool', (left, right) => Number(compare(left, right)))),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(UNARY).map(([operator, change]): [string, Evaluator] => [
      operator,
      (evaluation) =>
        FLOATS.has(evaluation.inputs[0]?.type ?? '') ? mapped(evaluation, (entry) => change(Number(entry))) : undefined,
    ]),
  ),
};
