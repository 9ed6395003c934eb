import { intAttribute } from '../format/attributes.ts';
import type { Dim, ValueType } from '../graph/value-type.ts';
import { broadcastDims } from './broadcast-dims.ts';
import { inputType } from './shape-rule.ts';
import type { SizeContext } from './size-list.ts';
import { divideSizes, multiplySizes } from './symbolic-sizes.ts';

type Dims = readonly Dim[] | undefined;

/**
 * Shape of the first output of an operator whose shape depends on the values of an input, from what is known of them.
 *
 * The shape rules look at constants only; this also sees lists of sizes with symbols and lists of which only the length
 * is known.
 */
export function valueDependentDims(context: SizeContext): Dims {
  return RULES.get(context.node.opType ?? '')?.(context);
}

/** Entries of a list, or as many unknown ones as it has. */
function entriesOf(context: SizeContext, index: number): Dims {
  const list = context.list(index);
  if (list) return list.dims.length === 1 ? list.sizes : undefined;
  const [count, ...more] = inputType(context, index).dims ?? [];
  return typeof count === 'number' && more.length === 0 && count <= 64 ? Array.from({ length: count }) : undefined;
}

// ONNX Reshape-14: 0 copies a size (unless allowzero), -1 takes what is left.
function reshape(context: SizeContext): Dims {
  const { dims } = inputType(context, 0);
  const target = entriesOf(context, 1);
  const copies = intAttribute(context.node, 'allowzero', 0) === 0;
  const shape = target?.map((size, axis): Dim => (size === 0 && copies ? dims?.[axis] : size));
  const open = shape?.indexOf(-1) ?? -1;
  if (!shape || open < 0) return shape;
  const used = shape.filter((_, axis) => axis !== open);
  return shape.map((size, axis) => (axis === open ? remaining(dims, used) : size));
}

/** What -1 stands for. Sizes that are on both sides cancel out, also unknown ones that Reshape copies as they are. */
function remaining(dims: Dims, used: readonly Dim[]): Dim {
  return dims && divideSizes(multiplySizes(...dims), multiplySizes(...used));
}

function expand(context: SizeContext): Dims {
  const { dims } = inputType(context, 0);
  const target = entriesOf(context, 1);
  return dims && target && broadcastDims(dims, target);
}

function tile(context: SizeContext): Dims {
  const { dims } = inputType(context, 0);
  const repeats = entriesOf(context, 1);
  return dims?.map((dim, axis) => (repeats ? multiplySizes(dim, repeats[axis]) : undefined));
}

/** Which axes a slice touches is nearly always known, so the others keep their sizes. */
function slice(context: SizeContext): Dims {
  const { dims } = inputType(context, 0);
  const isDefault = (context.node.input[3] ?? '') === '';
  const [starts, ends, steps] = [1, 2, 4].map((index) => context.list(index)?.sizes);
  const axes = isDefault ? ends?.map((_, axis) => axis) : context.list(3)?.sizes;
  if (!dims || !axes?.every((axis) => typeof axis === 'number')) return dims?.map(() => undefined);
  const touched = new Map(axes.map((axis, at) => [axis < 0 ? axis + dims.length : axis, at]));
  return dims.map((dim, axis): Dim => {
    const at = touched.get(axis);
    if (at === undefined) return dim;
    // From the start to an end that is the size itself, or that is far away: all of it.
    const isWhole = starts?.[at] === 0 && (steps?.[at] ?? 1) === 1 && isEndOf(ends?.[at], dim);
    return isWhole ? dim : undefined;
  });
}

function isEndOf(end: Dim, size: Dim): boolean {
  return (end !== undefined && end === size) || (typeof end === 'number' && end >= 2 ** 31 - 1);
}

function resize(context: SizeContext): Dims {
  const { dims } = inputType(context, 0);
  const sizes = entriesOf(context, 3);
  return sizes?.length === dims?.length ? sizes : dims?.map(() => undefined);
}

const RULES: ReadonlyMap<string, (context: SizeContext) => Dims> = new Map([
  ['Reshape', reshape],
  ['Expand', expand],
  ['ConstantOfShape', (context: SizeContext) => entriesOf(context, 0)],
  ['Tile', tile],
  ['Slice', slice],
  ['Resize', resize],
  ['Pad', (context: SizeContext) => inputType(context, 0).dims?.map(() => undefined)],
]);

/** The more that two findings about one value say together. A known size counts more than a symbol. */
export function combineDims(first: Dims, second: Dims): Dims {
  if (!first || !second || first.length !== second.length) return first ?? second;
  return first.map((dim, axis) => {
    const other = second[axis];
    return typeof dim === 'number' ? dim : typeof other === 'number' ? other : (dim ?? other);
  });
}

/** What the declaration of a value and its inference say together; where they contradict, the inference is right. */
export function combineTypes(declared: ValueType | undefined, inferred: ValueType | undefined): ValueType | undefined {
  if (!declared || !inferred) return declared ?? inferred;
  return { type: inferred.type ?? declared.type, dims: combineDims(inferred.dims, declared.dims) };
}
