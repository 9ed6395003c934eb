import { axisSlice } from '../evaluate/indexing.ts';
import { shapePart } from '../evaluate/making.ts';
import { intAttribute, intsAttribute } from '../format/attributes.ts';
import type { Dim } from '../graph/value-type.ts';
import { DATA_TYPE, type ElementType } from '../tensor/element-type.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { inputType, type ShapeContext } from './shape-rule.ts';
import { divideSizes, multiplySizes } from './symbolic-sizes.ts';

/**
 * An integer or a list of integers, some of which are symbols or unknown: what arithmetic on shapes makes. Truth values
 * are 0 and 1.
 */
export interface SizeList {
  /** [] for one integer, else one dimension. */
  readonly dims: readonly number[];
  readonly sizes: readonly Dim[];
}

/** What the rules below may look at. */
export interface SizeContext extends ShapeContext {
  /** Entries of input `index` as far as they are known. */
  list(index: number): SizeList | undefined;
}

type SizeRule = (context: SizeContext) => (SizeList | undefined)[];

/** Lists that are longer are not followed. */
export const MAX_SIZES = 1024;

/** The entries of a small tensor of integers or truth values; `undefined` for any other. */
export function sizesOfTensor(value: Tensor | undefined): SizeList | undefined {
  if (!value || value.dims.length > 1 || value.data.length > MAX_SIZES) return undefined;
  if (value.type !== 'int64' && value.type !== 'int32' && value.type !== 'bool') return undefined;
  return { dims: value.dims, sizes: Array.from(value.data, Number) };
}

/** Entries of the outputs of a node that works on shapes; empty where it is another kind of node. */
export function propagateSizes(context: SizeContext): readonly (SizeList | undefined)[] {
  return RULES.get(context.node.opType ?? '')?.(context) ?? [];
}

/** Type of the values that the rules give for an output of this type; other types are not followed. */
export function isSizeType(type: ElementType | undefined): type is 'int64' | 'int32' | 'bool' {
  return type === 'int64' || type === 'int32' || type === 'bool';
}

function vector(sizes: readonly Dim[]): SizeList {
  return { dims: [sizes.length], sizes };
}

function shape(context: SizeContext): SizeList[] {
  const { dims } = inputType(context, 0);
  return dims ? [vector(shapePart(dims, context.node))] : [];
}

function size(context: SizeContext): SizeList[] {
  const { dims } = inputType(context, 0);
  return dims ? [{ dims: [], sizes: [multiplySizes(...dims)] }] : [];
}

function gather(context: SizeContext): SizeList[] {
  const [list, places] = [context.list(0), context.list(1)];
  if (list?.dims.length !== 1 || !places) return [];
  const count = list.sizes.length;
  const pick = (at: Dim): Dim => (typeof at === 'number' ? list.sizes[at < 0 ? at + count : at] : undefined);
  return [{ dims: places.dims, sizes: places.sizes.map(pick) }];
}

function slice(context: SizeContext): SizeList[] {
  const list = context.list(0);
  const part = (name: string, index: number, fallback: Dim): Dim => {
    const attribute = intsAttribute(context.node, name)?.[0];
    if (attribute !== undefined) return attribute;
    return (context.node.input[index] ?? '') === '' ? fallback : context.list(index)?.sizes[0];
  };
  const [start, end, step] = [part('starts', 1, 0), part('ends', 2, undefined), part('steps', 4, 1)];
  if (list?.dims.length !== 1 || typeof start !== 'number' || typeof end !== 'number') return [];
  if (typeof step !== 'number' || step === 0) return [];
  const taken = axisSlice(0, list.sizes.length, start, end, step);
  return [vector(Array.from({ length: taken.count }, (_, at) => list.sizes[taken.start + at * taken.step]))];
}

function concat(context: SizeContext): SizeList[] {
  const parts = context.node.input.map((_, index): readonly Dim[] | undefined => {
    const list = context.list(index);
    if (list) return list.dims.length === 1 ? list.sizes : undefined;
    // Entries that are not known still take their places where their number is known.
    const [count, ...more] = inputType(context, index).dims ?? [];
    if (typeof count !== 'number' || more.length > 0 || count > MAX_SIZES) return undefined;
    return Array.from({ length: count });
  });
  const sizes = parts.flatMap((part) => part ?? []);
  return parts.every((part) => part !== undefined) && sizes.length <= MAX_SIZES ? [vector(sizes)] : [];
}

function split(context: SizeContext): SizeList[] {
  const list = context.list(0);
  const counts = intsAttribute(context.node, 'split') ?? context.list(1)?.sizes;
  if (list?.dims.length !== 1 || !counts?.every((count) => typeof count === 'number')) return [];
  let start = 0;
  return counts.map((count) => {
    start += count;
    return vector(list.sizes.slice(start - count, start));
  });
}

/** Operators that change the shape of a list but not its entries: their result has one dimension or none. */
function reshaped(context: SizeContext): SizeList[] {
  const list = context.list(0);
  const rank = context.node.opType === 'Reshape' ? context.list(1)?.sizes.length : rankAfterAxes(context);
  if (!list || rank === undefined || rank > 1 || (rank === 0 && list.sizes.length !== 1)) return [];
  return [rank === 0 ? { dims: [], sizes: list.sizes } : vector(list.sizes)];
}

function rankAfterAxes(context: SizeContext): number | undefined {
  const rank = context.list(0)?.dims.length ?? 0;
  if (context.node.opType === 'Squeeze') return context.list(0)?.sizes.length === 1 ? 0 : undefined;
  const axes = intsAttribute(context.node, 'axes')?.length ?? context.list(1)?.sizes.length;
  return axes === undefined ? undefined : rank + axes;
}

function entryByEntry(context: SizeContext, combine: (...entries: Dim[]) => Dim): SizeList[] {
  const lists = context.node.input.map((_, index) => context.list(index));
  if (lists.length === 0 || !lists.every((list) => list !== undefined)) return [];
  const count = Math.max(...lists.map((list) => list.sizes.length));
  if (lists.some((list) => list.sizes.length !== count && list.sizes.length !== 1)) return [];
  const dims = lists.every((list) => list.dims.length === 0) ? [] : [count];
  const at = (list: SizeList, index: number): Dim => list.sizes[list.sizes.length === 1 ? 0 : index];
  return [
    { dims, sizes: Array.from({ length: count }, (_, index) => combine(...lists.map((list) => at(list, index)))) },
  ];
}

function elementwise(combine: (left: Dim, right: Dim, third: Dim) => Dim): SizeRule {
  return (context) => entryByEntry(context, (left, right, third) => combine(left, right, third));
}

function add(left: Dim, right: Dim): Dim {
  if (left === 0) return right;
  if (right === 0) return left;
  return typeof left === 'number' && typeof right === 'number' ? left + right : undefined;
}

function subtract(left: Dim, right: Dim): Dim {
  if (right === 0) return left;
  if (left !== undefined && left === right) return 0;
  return typeof left === 'number' && typeof right === 'number' ? left - right : undefined;
}

function multiply(left: Dim, right: Dim): Dim {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  return isNegative(left) || isNegative(right) ? undefined : multiplySizes(left, right);
}

function divide(left: Dim, right: Dim): Dim {
  if (right === 0) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return Math.trunc(left / right);
  return isNegative(left) || isNegative(right) ? undefined : divideSizes(left, right);
}

function isNegative(dim: Dim): boolean {
  return typeof dim === 'number' && dim < 0;
}

/** A symbol is a size and so never negative: exporters compare sizes with -1. */
function equal(left: Dim, right: Dim): Dim {
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return 1;
  if (typeof left === 'number' && typeof right === 'number') return 0;
  return isNegative(left) || isNegative(right) ? 0 : undefined;
}

function where(condition: Dim, yes: Dim, no: Dim): Dim {
  if (condition === undefined) return yes === no ? yes : undefined;
  return condition === 0 ? no : yes;
}

function cast(context: SizeContext): (SizeList | undefined)[] {
  const list = context.list(0);
  const isTest = intAttribute(context.node, 'to', 0) === DATA_TYPE.bool;
  const test = (entry: Dim): Dim => (typeof entry === 'number' ? Number(entry !== 0) : undefined);
  return [list && isTest ? { ...list, sizes: list.sizes.map(test) } : list];
}

function product(context: SizeContext): SizeList[] {
  const list = context.list(0);
  const keeps = intAttribute(context.node, 'keepdims', 1) === 1;
  return list?.dims.length === 1 ? [{ dims: keeps ? [1] : [], sizes: [list.sizes.reduce(multiply, 1)] }] : [];
}

const RULES: ReadonlyMap<string, SizeRule> = new Map<string, SizeRule>([
  ['Shape', shape],
  ['Size', size],
  ['Identity', (context) => [context.list(0)]],
  ['Cast', cast],
  ['Gather', gather],
  ['Slice', slice],
  ['Concat', concat],
  ['Split', split],
  ['Squeeze', reshaped],
  ['Unsqueeze', reshaped],
  ['Reshape', reshaped],
  ['Add', elementwise(add)],
  ['Sub', elementwise(subtract)],
  ['Mul', elementwise(multiply)],
  ['Div', elementwise(divide)],
  ['Equal', elementwise(equal)],
  ['Where', elementwise(where)],
  ['ReduceProd', product],
]);
