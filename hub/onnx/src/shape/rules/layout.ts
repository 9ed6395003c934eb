import { intAttribute, intsAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { broadcastDims } from '../broadcast-dims.ts';
import { hasInput, integerParameter, integersOf } from '../integer-parameter.ts';
import { resizedAxes } from '../resize-scales.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';
import { divideSizes, multiplySizes } from '../symbolic-sizes.ts';

/** What is longer is no shape, but a fault of the model. */
const MAX_RANK = 64;

/** As many unknown sizes as input `index`, a shape, has entries. */
export function openDims(context: ShapeContext, index: number): Dim[] | undefined {
  const [rank] = inputType(context, index).dims ?? [];
  return typeof rank === 'number' && rank >= 0 && rank <= MAX_RANK ? new Array<Dim>(rank).fill(undefined) : undefined;
}

function sameAsInput(context: ShapeContext): ValueType[] {
  return [inputType(context, 0)];
}

// ONNX Reshape-14: 0 copies a size (unless allowzero), -1 takes what is left.
function reshape(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const target = integersOf(context.constant(1));
  if (!target) return [{ type, dims: openDims(context, 1) }];
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
  // Copied sizes cancel out on both sides, also those of which nothing is known.
  const from = dims.filter((_, axis) => !(copies && target[axis] === 0));
  const to = shape.filter((_, axis) => target[axis] !== -1 && !(copies && target[axis] === 0));
  return divideSizes(multiplySizes(...from), multiplySizes(...to));
}

function flatten(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  if (!dims) return [{ type, dims: [undefined, undefined] }];
  const axis = positiveAxis(intAttribute(context.node, 'axis', 1), dims.length);
  return [{ type, dims: [multiplySizes(...dims.slice(0, axis)), multiplySizes(...dims.slice(axis))] }];
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

// Axes of Squeeze and Unsqueeze: an attribute before opset 13, an input since.
function unsqueeze(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axes = integerParameter(context, 'axes', 1);
  if (!dims || !axes) return [{ type, dims: undefined }];
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => positiveAxis(axis, rank)));
  const kept = [...dims];
  return [{ type, dims: Array.from({ length: rank }, (_, axis): Dim => (added.has(axis) ? 1 : kept.shift())) }];
}

function squeeze(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axes = integerParameter(context, 'axes', 1);
  if (!dims || (!axes && hasInput(context, 1))) return [{ type, dims: undefined }];
  if (axes) {
    const removed = new Set(axes.map((axis) => positiveAxis(axis, dims.length)));
    return [{ type, dims: dims.filter((_, axis) => !removed.has(axis)) }];
  }
  // Without axes every size of 1 goes; whether an unknown one is 1 shows only at run time.
  const isKnown = dims.every((dim) => typeof dim === 'number');
  return [{ type, dims: isKnown ? dims.filter((dim) => dim !== 1) : undefined }];
}

function expand(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const shape = integersOf(context.constant(1)) ?? openDims(context, 1);
  return [{ type, dims: dims && shape && broadcastDims(dims, shape) }];
}

function tile(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const repeats = integersOf(context.constant(1));
  return [{ type, dims: dims?.map((dim, axis) => multiplySizes(dim, repeats?.[axis])) }];
}

// ONNX Pad: pads are an attribute before opset 11, and may be for some axes only since opset 18.
function pad(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const added = paddedSizes(context);
  const grown = (dim: Dim, by: number | undefined): Dim =>
    typeof dim === 'number' && by !== undefined ? dim + by : undefined;
  return [{ type, dims: dims?.map((dim, axis): Dim => (added?.[axis] === 0 ? dim : grown(dim, added?.[axis]))) }];
}

function paddedSizes(context: ShapeContext): number[] | undefined {
  const pads = paddings(context);
  return pads?.before.map((before, axis) => before + (pads.after[axis] ?? 0));
}

/** What a Pad node adds in front of and behind each axis; `undefined` where that shows only at run time. */
export function paddings(context: ShapeContext): { before: number[]; after: number[] } | undefined {
  const rank = inputType(context, 0).dims?.length;
  const pads = integerParameter(context, 'pads', 1);
  const axes = hasInput(context, 3)
    ? integersOf(context.constant(3))
    : pads?.slice(0, pads.length / 2).map((_, at) => at);
  if (rank === undefined || !pads || !axes) return undefined;
  const [before, after] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)];
  for (const [at, axis] of axes.entries()) {
    before[positiveAxis(axis, rank)] = pads[at] ?? 0;
    after[positiveAxis(axis, rank)] = pads[at + axes.length] ?? 0;
  }
  return { before, after };
}

function split(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axis = dims && positiveAxis(intAttribute(context.node, 'axis', 0), dims.length);
  const sizes = dims && axis !== undefined ? splitSizes(context, dims[axis]) : undefined;
  return context.node.output.map((_, part) => ({
    type,
    dims: dims?.map((dim, at): Dim => (at === axis ? sizes?.[part] : dim)),
  }));
}

// ONNX Split: an attribute before opset 13, an input since; left out, equal parts, of which the last may be smaller.
function splitSizes(context: ShapeContext, dim: Dim): number[] | undefined {
  const sizes = integerParameter(context, 'split', 1);
  if (sizes) return sizes;
  const count = intAttribute(context.node, 'num_outputs', context.node.output.length);
  if (typeof dim !== 'number' || hasInput(context, 1)) return undefined;
  const size = Math.ceil(dim / count);
  return Array.from({ length: count }, (_, part) => Math.min(size, dim - part * size));
}

function depthToSpace(context: ShapeContext): ValueType[] {
  const size = intAttribute(context.node, 'blocksize', 1);
  const { type, dims } = inputType(context, 0);
  const [batch, channels, ...spatial] = dims ?? [];
  const enlarged = spatial.map((dim) => multiplySizes(dim, size));
  return [{ type, dims: dims && [batch, divideSizes(channels, size * size), ...enlarged] }];
}

function spaceToDepth(context: ShapeContext): ValueType[] {
  const size = intAttribute(context.node, 'blocksize', 1);
  const { type, dims } = inputType(context, 0);
  const [batch, channels, ...spatial] = dims ?? [];
  const reduced = spatial.map((dim) => divideSizes(dim, size));
  return [{ type, dims: dims && [batch, multiplySizes(channels, size * size), ...reduced] }];
}

function resize(context: ShapeContext): ValueType[] {
  const dims = resizedAxes(context)?.map(({ resized }) => resized);
  return [{ type: inputType(context, 0).type, dims }];
}

/** Types behind operators that move values without changing them. */
export const LAYOUT_RULES: Readonly<Record<string, ShapeRule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Concat: concat,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Split: split,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Resize: resize,
  Upsample: resize,
  Trilu: sameAsInput,
  CumSum: sameAsInput,
  ReverseSequence: sameAsInput,
};
