import { type SlicePart, sliceRange } from '../../../shape/slice-parts.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';

/** A sliced axis whose step is known while the graph is built. */
export type SteppedPart = SlicePart & { readonly step: number };

/**
 * Padding that puts the entries of a slice, each followed by |step| - 1 zeros, back where they were taken from.
 *
 * Padding behind may be negative: it then cuts zeros off.
 */
export function slicePads(context: RuleContext, parts: readonly SteppedPart[]): string {
  const rank = context.inputType(0).dims?.length ?? 0;
  const known = parts.map((part) => knownPad(context, part));
  if (!known.every((pad) => pad !== undefined)) return padsAtRunTime(context, parts, rank);
  const pads = new Array<number>(2 * rank).fill(0);
  for (const [at, { axis }] of parts.entries()) {
    pads[axis] = known[at]?.before ?? 0;
    pads[rank + axis] = known[at]?.after ?? 0;
  }
  return context.constant(int64(pads));
}

function knownPad(context: RuleContext, part: SteppedPart): { before: number; after: number } | undefined {
  const size = context.inputType(0).dims?.[part.axis];
  const range = typeof size === 'number' ? sliceRange(size, part) : undefined;
  if (typeof size !== 'number' || !range) return undefined;
  const before = range.first + (range.count - 1) * Math.min(part.step, 0);
  return { before, after: size - before - range.count * Math.abs(part.step) };
}

/** The same as in `knownPad`, for all sliced axes at once. */
function padsAtRunTime(context: RuleContext, parts: readonly SteppedPart[], rank: number): string {
  const { op, list } = operations(context);
  const axes = list(parts.map(({ axis }) => axis));
  const sizes = op('Gather', op('Shape', context.input(0)), axes);
  const counts = op('Gather', op('Shape', context.gradient()), axes);
  const last = op('Sub', sizes, list(parts.map(({ step }) => Number(step < 0))));
  const first = op('Max', op('Min', startsFromFront(context, parts, sizes), last), list([0]));
  const back = op('Mul', op('Sub', counts, list([1])), list(parts.map(({ step }) => Math.min(step, 0))));
  const before = op('Add', first, back);
  const covered = op('Mul', counts, list(parts.map(({ step }) => Math.abs(step))));
  const after = op('Sub', op('Sub', sizes, before), covered);
  const places = new Array<number>(2 * rank).fill(2 * parts.length);
  for (const [at, { axis }] of parts.entries()) {
    places[axis] = at;
    places[rank + axis] = parts.length + at;
  }
  const amounts = context.op('Concat', [before, after, list([0])], { axis: 0 });
  return op('Gather', amounts, list(places));
}

function startsFromFront(context: RuleContext, parts: readonly SteppedPart[], sizes: string): string {
  const { op, list } = operations(context);
  const known = parts.map(({ start }) => start);
  const isKnown = known.every((start) => start !== undefined);
  if (isKnown && known.every((start) => start >= 0)) return list(known);
  const starts = isKnown ? list(known) : context.op('Cast', [context.input(1)], { to: DATA_TYPE.int64 });
  return op('Where', op('Less', starts, list([0])), op('Add', starts, sizes), starts);
}

function operations(context: RuleContext) {
  const op = (operator: string, ...inputs: string[]): string => context.op(operator, inputs);
  const list = (values: readonly number[]): string => context.constant(int64(values));
  return { op, list };
}
