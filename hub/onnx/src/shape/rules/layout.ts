import { intAttribute, intsAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function product(dims: readonly Dim[]): Dim {
  if (dims.length === 1) return dims[0];
  return dims.reduce<Dim>(
    (all, dim) => (typeof all === 'number' && typeof dim === 'number' ? all * dim : undefined),
    1,
  );
}

function integers(tensor: Tensor | undefined): number[] | undefined {
  return tensor?.type === 'int64' ? Array.from(tensor.data, Number) : undefined;
}

// ONNX Reshape-14: 0 copies a size (unless allowzero), -1 takes what is left.
function reshape(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const target = integers(context.constant(1));
  if (!target) return [{ type, dims: undefined }];
  const copiesZero = intAttribute(context.node, 'allowzero', 0) === 0;
  const shape = target.map((size, axis): Dim => {
    if (size === 0 && copiesZero) return dims?.[axis];
    return size === -1 ? undefined : size;
  });
  const open = target.indexOf(-1);
  if (open >= 0 && dims) shape[open] = remaining(dims, target, shape, copiesZero);
  return [{ type, dims: shape }];
}

function remaining(dims: readonly Dim[], target: readonly number[], shape: readonly Dim[], copies: boolean): Dim {
  // Copied sizes cancel out on both sides, so a symbolic batch may stay symbolic.
  const from = dims.filter((_, axis) => !(copies && target[axis] === 0));
  const to = shape.filter((_, axis) => target[axis] !== -1 && !(copies && target[axis] === 0));
  const [total, used] = [product(from), product(to)];
  if (used === 1) return total;
  return typeof total === 'number' && typeof used === 'number' && used > 0 ? total / used : undefined;
}

function flatten(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  if (!dims) return [{ type, dims: [undefined, undefined] }];
  const axis = positiveAxis(intAttribute(context.node, 'axis', 1), dims.length);
  return [{ type, dims: [product(dims.slice(0, axis)), product(dims.slice(axis))] }];
}

function concat(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const shapes = context.inputs.map((input) => input.dims);
  if (!dims || shapes.some((shape) => shape?.length !== dims.length)) return [{ type, dims: undefined }];
  const axis = positiveAxis(intAttribute(context.node, 'axis', 0), dims.length);
  const sizes = shapes.map((shape) => shape?.[axis]);
  const total = sizes.reduce<Dim>(
    (sum, size) => (typeof sum === 'number' && typeof size === 'number' ? sum + size : undefined),
    0,
  );
  return [{ type, dims: dims.map((dim, at) => (at === axis ? total : known(shapes, at, dim))) }];
}

function known(shapes: readonly (readonly Dim[] | undefined)[], axis: number, fallback: Dim): Dim {
  return shapes.map((shape) => shape?.[axis]).find((dim) => typeof dim === 'number') ?? fallback;
}

function transpose(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const order = intsAttribute(context.node, 'perm') ?? dims?.map((_, axis) => dims.length - 1 - axis);
  return [{ type, dims: dims && order?.map((axis) => dims[axis]) }];
}

/** Axes of Squeeze and Unsqueeze: an attribute before opset 13, an input since. */
function axesOf(context: ShapeContext): number[] | undefined {
  return intsAttribute(context.node, 'axes') ?? integers(context.constant(1));
}

function unsqueeze(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axes = axesOf(context);
  if (!dims || !axes) return [{ type, dims: undefined }];
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => positiveAxis(axis, rank)));
  const kept = [...dims];
  return [{ type, dims: Array.from({ length: rank }, (_, axis): Dim => (added.has(axis) ? 1 : kept.shift())) }];
}

function squeeze(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axes = axesOf(context);
  if (!dims || !axes) return [{ type, dims: undefined }];
  const removed = new Set(axes.map((axis) => positiveAxis(axis, dims.length)));
  return [{ type, dims: dims.filter((_, axis) => !removed.has(axis)) }];
}

function shape(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  const isPart = ['start', 'end'].some((name) => context.node.attribute.some((entry) => entry.name === name));
  return [{ type: 'int64', dims: [isPart ? undefined : dims?.length] }];
}

function gather(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const indices = inputType(context, 1).dims;
  if (!dims || !indices) return [{ type, dims: undefined }];
  const axis = positiveAxis(intAttribute(context.node, 'axis', 0), dims.length);
  return [{ type, dims: [...dims.slice(0, axis), ...indices, ...dims.slice(axis + 1)] }];
}

/** Types behind operators that move values without changing them. */
export const LAYOUT_RULES: Readonly<Record<string, ShapeRule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Concat: concat,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Shape: shape,
  Gather: gather,
};
