import { intAttribute } from '../format/attributes.ts';
import { type ElementType, elementTypeOf, isFloatType } from '../tensor/element-type.ts';
import { fromFloat16Bits, toFloat16Bits } from '../tensor/float16.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type NumberType, zeros } from '../tensor/typed-arrays.ts';
import type { Evaluator } from './evaluation.ts';
import { numbers } from './offsets.ts';

type IntegerType = Exclude<NumberType, 'float32' | 'float64' | 'float16' | 'bfloat16' | 'bool'>;

/** Smallest value and number of values of each integer type. */
const RANGES: Readonly<Record<IntegerType, readonly [least: bigint, count: bigint]>> = {
  int8: [-(2n ** 7n), 2n ** 8n],
  int16: [-(2n ** 15n), 2n ** 16n],
  int32: [-(2n ** 31n), 2n ** 32n],
  int64: [-(2n ** 63n), 2n ** 64n],
  uint8: [0n, 2n ** 8n],
  uint16: [0n, 2n ** 16n],
  uint32: [0n, 2n ** 32n],
  uint64: [0n, 2n ** 64n],
};

/**
 * The tensor with other element types. `undefined` for texts and bfloat16, and where a float does not fit into an
 * integer, which the standard leaves open.
 *
 * @see ONNX Cast-13: floats are cut towards zero, every number but 0 is true
 */
export function castTensor(value: Tensor, to: ElementType): Tensor | undefined {
  if (value.type === to) return value;
  if (value.type === 'string' || to === 'string' || value.type === 'bfloat16' || to === 'bfloat16') return undefined;
  const data = zeros(to, value.data.length);
  const isFloat = isFloatType(value.type);
  for (const [at, raw] of value.data.entries()) {
    const entry = convert(value.type === 'float16' ? fromFloat16Bits(Number(raw)) : raw, isFloat, to);
    if (entry === undefined) return undefined;
    data[at] = entry;
  }
  return numbers(to, value.dims, data);
}

function convert(
  entry: number | bigint,
  isFloat: boolean,
  to: Exclude<NumberType, 'bfloat16'>,
): number | bigint | undefined {
  switch (to) {
    case 'float32':
    case 'float64':
      return Number(entry);
    case 'float16':
      return toFloat16Bits(Number(entry));
    case 'bool':
      return entry === 0 || entry === 0n ? 0 : 1;
    default:
      return toInteger(entry, isFloat, to);
  }
}

function toInteger(entry: number | bigint, isFloat: boolean, to: IntegerType): number | bigint | undefined {
  if (typeof entry === 'number' && !Number.isFinite(entry)) return undefined;
  const whole = typeof entry === 'bigint' ? entry : BigInt(Math.trunc(entry));
  const [least, count] = RANGES[to];
  const isInside = whole >= least && whole < least + count;
  if (!isInside && isFloat) return undefined;
  // Integers that are too large lose their high bits.
  const wrapped = isInside ? whole : ((((whole - least) % count) + count) % count) + least;
  return to === 'int64' || to === 'uint64' ? wrapped : Number(wrapped);
}

/** Operators that change element types. */
export const CAST_EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Cast: ({ node, inputs: [value] }) => {
    const to = elementTypeOf(intAttribute(node, 'to', 0));
    const result = value && to && castTensor(value, to);
    return result && [result];
  },
  CastLike: ({ inputs: [value, like] }) => {
    const result = value && like && castTensor(value, like.type);
    return result && [result];
  },
};
