import { intAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';
import { transposedAxes } from '../transposed-axes.ts';
import { convolutionAxes, hasCeilMode, poolingAxes, type WindowAxis, windowCount } from '../window-axes.ts';

function convolution(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const channels = inputType(context, 1).dims?.[0];
  return [{ type, dims: dims && [dims[0], channels, ...windowCounts(dims, convolutionAxes(context))] }];
}

function transposedConvolution(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const perGroup = inputType(context, 1).dims?.[1];
  const channels = typeof perGroup === 'number' ? perGroup * intAttribute(context.node, 'group', 1) : undefined;
  const axes = transposedAxes(context);
  return [{ type, dims: dims && [dims[0], channels, ...dims.slice(2).map((_, axis) => axes?.[axis]?.output)] }];
}

function pooling(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const counts = dims && windowCounts(dims, poolingAxes(context), hasCeilMode(context.node));
  return [{ type, dims: dims && counts && [dims[0], dims[1], ...counts] }];
}

function maxPooling(context: ShapeContext): ValueType[] {
  const [values] = pooling(context);
  return values ? [values, { type: 'int64', dims: values.dims }] : [];
}

function globalPooling(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  return [{ type, dims: dims?.map((dim, axis) => (axis < 2 ? dim : 1)) }];
}

function windowCounts(dims: readonly Dim[], axes: readonly WindowAxis[] | undefined, ceilMode = false): Dim[] {
  return dims.slice(2).map((size, at) => {
    const axis = axes?.[at];
    return axis && windowCount(axis, size, ceilMode);
  });
}

/** Types behind convolutions and pooling. */
export const CONVOLUTION_RULES: Readonly<Record<string, ShapeRule>> = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  MaxPool: maxPooling,
  AveragePool: pooling,
  LpPool: pooling,
  GlobalAveragePool: globalPooling,
  GlobalMaxPool: globalPooling,
  GlobalLpPool: globalPooling,
};
