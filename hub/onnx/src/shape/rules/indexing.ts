import { intAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { elementTypeOf } from '../../tensor/element-type.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { hasInput, integersOf } from '../integer-parameter.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';
import { slicedDim, sliceParts } from '../slice-parts.ts';
import { openDims } from './layout.ts';

function slice(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const parts = sliceParts(context);
  const sliced = (dim: Dim, axis: number): Dim => {
    if (!parts) return undefined;
    const part = parts.find((entry) => entry.axis === axis);
    return part ? slicedDim(dim, part) : dim;
  };
  return [{ type, dims: dims?.map(sliced) }];
}

function gather(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const indices = inputType(context, 1).dims;
  if (!dims || !indices) return [{ type, dims: undefined }];
  const axis = positiveAxis(intAttribute(context.node, 'axis', 0), dims.length);
  return [{ type, dims: [...dims.slice(0, axis), ...indices, ...dims.slice(axis + 1)] }];
}

function gatherElements(context: ShapeContext): ValueType[] {
  return [{ type: inputType(context, 0).type, dims: inputType(context, 1).dims }];
}

// ONNX GatherND-13: the last axis of the indices points into as many axes of the data, behind the batch ones.
function gatherNd(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const indices = inputType(context, 1).dims;
  const depth = indices?.at(-1);
  if (!dims || !indices || typeof depth !== 'number') return [{ type, dims: undefined }];
  const skipped = intAttribute(context.node, 'batch_dims', 0) + depth;
  return [{ type, dims: [...indices.slice(0, -1), ...dims.slice(skipped)] }];
}

function sameAsInput(context: ShapeContext): ValueType[] {
  return [inputType(context, 0)];
}

// ONNX Shape-15: `start` and `end` take a part of it.
function shape(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  if (!dims) return [{ type: 'int64', dims: [undefined] }];
  const within = (axis: number): number => Math.min(Math.max(positiveAxis(axis, dims.length), 0), dims.length);
  const start = within(intAttribute(context.node, 'start', 0));
  const end = within(intAttribute(context.node, 'end', dims.length));
  return [{ type: 'int64', dims: [Math.max(0, end - start)] }];
}

function nonZero(context: ShapeContext): ValueType[] {
  // ONNX NonZero-13: a scalar counts as one dimension.
  const rank = inputType(context, 0).dims?.length;
  return [{ type: 'int64', dims: [rank === 0 ? 1 : rank, undefined] }];
}

// ONNX TopK: `k` is an attribute before opset 10, an input since.
function topK(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axis = dims && positiveAxis(intAttribute(context.node, 'axis', -1), dims.length);
  const [size] = hasInput(context, 1) ? (integersOf(context.constant(1)) ?? []) : [intAttribute(context.node, 'k', 0)];
  const kept = dims?.map((dim, at): Dim => (at === axis ? size : dim));
  return [
    { type, dims: kept },
    { type: 'int64', dims: kept },
  ];
}

function oneHot(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  const { type } = inputType(context, 2);
  if (!dims) return [{ type, dims: undefined }];
  const axis = positiveAxis(intAttribute(context.node, 'axis', -1), dims.length + 1);
  const depth = numbersOf(context.constant(1))?.[0];
  return [{ type, dims: [...dims.slice(0, axis), depth, ...dims.slice(axis)] }];
}

function numbersOf(tensor: Tensor | undefined): number[] | undefined {
  const isFloat = tensor?.type === 'float32' || tensor?.type === 'float64';
  return isFloat ? Array.from(tensor.data) : integersOf(tensor);
}

// ONNX Range-11
function range(context: ShapeContext): ValueType[] {
  const [start, limit, delta] = [0, 1, 2].map((index) => numbersOf(context.constant(index))?.[0]);
  const isKnown = start !== undefined && limit !== undefined && delta !== undefined;
  const size = isKnown ? Math.max(0, Math.ceil((limit - start) / delta)) : undefined;
  return [{ type: inputType(context, 0).type, dims: [size] }];
}

function constantOfShape(context: ShapeContext): ValueType[] {
  const value = context.node.attribute.find(({ name }) => name === 'value')?.t;
  const type = value ? elementTypeOf(value.dataType ?? 0) : 'float32';
  return [{ type, dims: integersOf(context.constant(0)) ?? openDims(context, 0) }];
}

function compress(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axis = axisOf(context, dims);
  return [{ type, dims: axis === undefined ? [undefined] : openAt(dims, axis) }];
}

function unique(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axis = axisOf(context, dims);
  const list = { type: 'int64', dims: [undefined] } as const;
  return [{ type, dims: axis === undefined ? [undefined] : openAt(dims, axis) }, list, list, list];
}

/** The `axis` attribute; `undefined` where it is left out, which means that the input is flattened first. */
function axisOf({ node }: ShapeContext, dims: readonly Dim[] | undefined): number | undefined {
  if (!node.attribute.some(({ name }) => name === 'axis')) return undefined;
  return positiveAxis(intAttribute(node, 'axis', 0), dims?.length ?? 0);
}

function openAt(dims: readonly Dim[] | undefined, axis: number): Dim[] | undefined {
  return dims?.map((dim, at): Dim => (at === axis ? undefined : dim));
}

function eyeLike(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  return [{ type: elementTypeOf(intAttribute(context.node, 'dtype', 0)) ?? type, dims }];
}

function size(): ValueType[] {
  return [{ type: 'int64', dims: [] }];
}

/** Types behind operators that pick values by index, and behind those that make shapes and indices. */
export const INDEXING_RULES: Readonly<Record<string, ShapeRule>> = {
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Scatter: sameAsInput,
  ScatterElements: sameAsInput,
  ScatterND: sameAsInput,
  Shape: shape,
  Size: size,
  NonZero: nonZero,
  TopK: topK,
  OneHot: oneHot,
  Range: range,
  ConstantOfShape: constantOfShape,
  Compress: compress,
  Unique: unique,
  EyeLike: eyeLike,
};
