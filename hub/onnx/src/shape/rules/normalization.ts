import { intAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function sameAsInput(context: ShapeContext): ValueType[] {
  return [inputType(context, 0)];
}

// ONNX BatchNormalization-15: running mean and variance behind y; old sets add saved ones. All have an entry per channel.
function batchNormalization(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 3);
  const channel = { type, dims: dims ?? [inputType(context, 0).dims?.[1]] };
  return [inputType(context, 0), ...context.node.output.slice(1).map(() => channel)];
}

// ONNX LayerNormalization-17: mean and inverse deviation keep the normalised axes, with size 1.
function layerNormalization(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const axis = dims && positiveAxis(intAttribute(context.node, 'axis', -1), dims.length);
  const kept = dims?.map((dim, at): Dim => (at >= (axis ?? 0) ? 1 : dim));
  const isStashedHalf = intAttribute(context.node, 'stash_type', DATA_TYPE.float32) === DATA_TYPE.bfloat16;
  const statistic = { type: isStashedHalf ? ('bfloat16' as const) : ('float32' as const), dims: kept };
  return [{ type, dims }, statistic, statistic];
}

function dropout(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  return [
    { type, dims },
    { type: context.opset >= 10 ? 'bool' : type, dims },
  ];
}

/** Types behind normalizations. */
export const NORMALIZATION_RULES: Readonly<Record<string, ShapeRule>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  InstanceNormalization: sameAsInput,
  GroupNormalization: sameAsInput,
  LpNormalization: sameAsInput,
  MeanVarianceNormalization: sameAsInput,
  RMSNormalization: sameAsInput,
  LRN: sameAsInput,
  Dropout: dropout,
};
