import type { Dim } from '../graph/value-type.ts';
import { int64 } from '../tensor/tensor.ts';
import type { RuleContext } from './rule-context.ts';

/** A number that is known while the graph is built, or the name of an int64 value [1] that holds it at run time. */
export type Length = number | string;

/** Product of the sizes, `undefined` where one is not known while the graph is built. */
export function knownProduct(dims: readonly Dim[]): number | undefined {
  return dims.every((dim) => typeof dim === 'number') ? dims.reduce((all, dim) => all * dim, 1) : undefined;
}

/** Size of input `index` along an axis, counted from the front. */
export function inputLength(context: RuleContext, index: number, axis: number): Length {
  const dim = context.inputType(index).dims?.[axis];
  if (typeof dim === 'number') return dim;
  return context.op('Gather', [context.op('Shape', [context.input(index)]), context.constant(int64([axis]))]);
}

/** Sizes of all axes of input `index`. @throws ModelError where not even their number is known */
export function inputLengths(context: RuleContext, index: number): Length[] {
  const { dims } = context.inputType(index);
  if (!dims) throw context.refusal(`an input ${index} of known rank`);
  if (dims.every((dim) => typeof dim === 'number')) return [...dims];
  const shape = context.op('Shape', [context.input(index)]);
  const at = (axis: number): string => context.op('Gather', [shape, context.constant(int64([axis]))]);
  return dims.map((dim, axis) => (typeof dim === 'number' ? dim : at(axis)));
}

/** The lengths as one int64 value [lengths.length]. */
export function lengthVector(context: RuleContext, lengths: readonly Length[]): string {
  const parts: (string | number[])[] = [];
  for (const length of lengths) {
    const last = parts.at(-1);
    if (typeof length === 'string') parts.push(length);
    else if (Array.isArray(last)) last.push(length);
    else parts.push([length]);
  }
  const values = parts.map((part) => (typeof part === 'string' ? part : context.constant(int64(part))));
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : context.op('Concat', values, { axis: 0 });
}

export function addLengths(context: RuleContext, left: Length, right: Length): Length {
  return combined(context, 'Add', left, right, (a, b) => a + b);
}

export function subtractLengths(context: RuleContext, left: Length, right: Length): Length {
  return combined(context, 'Sub', left, right, (a, b) => a - b);
}

export function multiplyLengths(context: RuleContext, left: Length, right: Length): Length {
  return combined(context, 'Mul', left, right, (a, b) => a * b);
}

function combined(
  context: RuleContext,
  operator: string,
  left: Length,
  right: Length,
  known: (left: number, right: number) => number,
): Length {
  if (typeof left === 'number' && typeof right === 'number') return known(left, right);
  return context.op(operator, [lengthVector(context, [left]), lengthVector(context, [right])]);
}
