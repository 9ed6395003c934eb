import { intAttribute, intsAttribute } from '../format/attributes.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { axisOf, type Evaluation, type Evaluator, fits, hasInput, integersOf } from './evaluation.ts';
import { broadcastShape, broadcastStrides, offsetsOf, picked, stridesOf } from './offsets.ts';

function reshaped(value: Tensor, dims: readonly number[]): Tensor[] | undefined {
  return elementCount(dims) === elementCount(value.dims) ? [{ ...value, dims }] : undefined;
}

// ONNX Reshape-14: 0 copies a size (unless allowzero), -1 takes what is left.
function reshape(evaluation: Evaluation): Tensor[] | undefined {
  const [value] = evaluation.inputs;
  const target = integersOf(evaluation, 1);
  if (!value || !target) return undefined;
  const copies = intAttribute(evaluation.node, 'allowzero', 0) === 0;
  const dims = target.map((size, axis) => (size === 0 && copies ? (value.dims[axis] ?? -2) : size));
  const open = dims.indexOf(-1);
  if (open >= 0) dims[open] = elementCount(value.dims) / elementCount(dims.filter((_, axis) => axis !== open));
  return dims.every((dim) => Number.isInteger(dim) && dim >= 0) ? reshaped(value, dims) : undefined;
}

function flatten({ node, inputs: [value] }: Evaluation): Tensor[] | undefined {
  if (!value) return undefined;
  const given = intAttribute(node, 'axis', 1);
  const axis = given < 0 ? given + value.dims.length : given;
  return reshaped(value, [elementCount(value.dims.slice(0, axis)), elementCount(value.dims.slice(axis))]);
}

/** Axes of Squeeze and Unsqueeze: an attribute before opset 13, an input since; null where the node leaves them out. */
function axesOf(evaluation: Evaluation, rank: number): number[] | null | undefined {
  const given = intsAttribute(evaluation.node, 'axes') ?? integersOf(evaluation, 1);
  if (!given) return hasInput(evaluation, 1) ? undefined : null;
  const axes = given.map((axis) => axisOf(axis, rank));
  return axes.some((axis) => axis === undefined) ? undefined : (axes as number[]);
}

function squeeze(evaluation: Evaluation): Tensor[] | undefined {
  const [value] = evaluation.inputs;
  if (!value) return undefined;
  const axes = axesOf(evaluation, value.dims.length);
  if (axes === undefined) return undefined;
  return reshaped(
    value,
    value.dims.filter((dim, axis) => (axes === null ? dim !== 1 : !axes.includes(axis))),
  );
}

function unsqueeze(evaluation: Evaluation): Tensor[] | undefined {
  const [value] = evaluation.inputs;
  if (!value) return undefined;
  const count = (intsAttribute(evaluation.node, 'axes') ?? integersOf(evaluation, 1))?.length ?? 0;
  const axes = axesOf(evaluation, value.dims.length + count);
  if (!axes) return undefined;
  const rest = [...value.dims];
  const dims = Array.from({ length: value.dims.length + count }, (_, axis) =>
    axes.includes(axis) ? 1 : (rest.shift() ?? 1),
  );
  return reshaped(value, dims);
}

function transpose({ node, inputs: [value] }: Evaluation): Tensor[] | undefined {
  if (!value) return undefined;
  const order = intsAttribute(node, 'perm') ?? value.dims.map((_, axis) => value.dims.length - 1 - axis);
  const strides = stridesOf(value.dims);
  if (order.toSorted((left, right) => left - right).some((axis, at) => axis !== at)) return undefined;
  if (order.length !== value.dims.length) return undefined;
  const dims = order.map((axis) => value.dims[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 0);
  return [picked(value, dims, offsetsOf(dims, steps))];
}

function expand(evaluation: Evaluation): Tensor[] | undefined {
  const [value] = evaluation.inputs;
  const target = integersOf(evaluation, 1);
  const dims = value && target && broadcastShape([value.dims, target]);
  if (!value || !dims || !fits(dims, evaluation)) return undefined;
  return [picked(value, dims, offsetsOf(dims, broadcastStrides(value.dims, dims)))];
}

function tile(evaluation: Evaluation): Tensor[] | undefined {
  const [value] = evaluation.inputs;
  const repeats = integersOf(evaluation, 1);
  if (!value || repeats?.length !== value.dims.length || repeats.some((times) => times < 0)) return undefined;
  const dims = value.dims.map((dim, axis) => dim * (repeats[axis] ?? 1));
  if (!fits(dims, evaluation)) return undefined;
  // Seen as [repeat, size] per axis, where a step along a repeat goes nowhere.
  const split = value.dims.flatMap((dim, axis) => [repeats[axis] ?? 1, dim]);
  const steps = stridesOf(value.dims).flatMap((stride) => [0, stride]);
  return [picked(value, dims, offsetsOf(split, steps))];
}

/** Operators that move entries without changing them. */
export const LAYOUT_EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Identity: ({ inputs: [value] }) => value && [value],
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
};
