import { intAttribute, intsAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { integersOf } from '../integer-parameter.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';
import { CONVOLUTION_RULES } from './convolution.ts';

// X [batch, channel, spatial...], grid [batch, out spatial..., rank]
function gridSample(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const grid = inputType(context, 1).dims;
  const spatial = grid?.slice(1, -1) ?? dims?.slice(2).map(() => undefined);
  return [{ type, dims: dims && spatial && [dims[0], dims[1], ...spatial] }];
}

// theta [batch, 2, 3] or [batch, 3, 4]; size [batch, channel, spatial...]
function affineGrid(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const size = integersOf(context.constant(1));
  const count = inputType(context, 1).dims?.[0];
  const spatial = size?.slice(2) ?? (typeof count === 'number' ? Array.from<Dim>({ length: count - 2 }) : undefined);
  return [{ type, dims: spatial && [dims?.[0], ...spatial, spatial.length] }];
}

function regionAlign(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const [height, width] = [
    intAttribute(context.node, 'output_height', 1),
    intAttribute(context.node, 'output_width', 1),
  ];
  return [{ type, dims: [inputType(context, 1).dims?.[0], dims?.[1], height, width] }];
}

function regionPooling(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const [height, width] = intsAttribute(context.node, 'pooled_shape') ?? [];
  return [{ type, dims: [inputType(context, 1).dims?.[0], dims?.[1], height, width] }];
}

function centerCropPad(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const shape = integersOf(context.constant(1));
  const axes = intsAttribute(context.node, 'axes') ?? dims?.map((_, axis) => axis);
  if (!dims || !axes) return [{ type, dims: undefined }];
  const given = new Map(axes.map((axis, at): [number, Dim] => [positiveAxis(axis, dims.length), shape?.[at]]));
  return [{ type, dims: dims.map((dim, axis) => (given.has(axis) ? given.get(axis) : dim)) }];
}

// input [batch, channel * block, place]
function columnsToImage(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const [image, block] = [integersOf(context.constant(1)), integersOf(context.constant(2))];
  const size = block?.reduce((product, entry) => product * entry, 1);
  const columns = dims?.[1];
  const channels = typeof columns === 'number' && size ? columns / size : undefined;
  const rank = inputType(context, 1).dims?.[0];
  const spatial = image ?? (typeof rank === 'number' ? Array.from<Dim>({ length: rank }) : undefined);
  return [{ type, dims: spatial && [dims?.[0], channels, ...spatial] }];
}

/** Types behind the operators for pictures and regions of them. */
export const VISION_RULES: Readonly<Record<string, ShapeRule>> = {
  GridSample: gridSample,
  AffineGrid: affineGrid,
  RoiAlign: regionAlign,
  MaxRoiPool: regionPooling,
  CenterCropPad: centerCropPad,
  Col2Im: columnsToImage,
  NonMaxSuppression: () => [{ type: 'int64', dims: [undefined, 3] }],
  // Weights are input 1, as those of Conv; the offsets change no size.
  DeformConv: (context) => CONVOLUTION_RULES['Conv']?.(context) ?? [],
  ImageDecoder: () => [{ type: 'uint8', dims: [undefined, undefined, undefined] }],
};
