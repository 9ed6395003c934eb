import { intAttribute, intsAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

const REDUCTIONS = [
  ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
  ...['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'],
];

/**
 * Axes that a reduction node removes. The attribute became an input with opset 13 (ReduceSum) and 18 (the others).
 *
 * `undefined`: decided at run time.
 */
export function reducedAxes(context: ShapeContext): number[] | undefined {
  const { node } = context;
  const rank = inputType(context, 0).dims?.length;
  const attribute = intsAttribute(node, 'axes');
  const constant = context.constant(1);
  const isOpen = (node.input[1] ?? '') !== '' && constant?.type !== 'int64';
  if (rank === undefined || isOpen) return undefined;
  const axes = attribute ?? (constant?.type === 'int64' ? Array.from(constant.data, Number) : []);
  if (axes.length > 0) return axes.map((axis) => positiveAxis(axis, rank));
  return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function reducedDims(context: ShapeContext): Dim[] | undefined {
  const { dims } = inputType(context, 0);
  const axes = reducedAxes(context);
  if (!dims || !axes) return undefined;
  const keeps = intAttribute(context.node, 'keepdims', 1) === 1;
  return dims.flatMap((dim, axis): Dim[] => {
    if (!axes.includes(axis)) return [dim];
    return keeps ? [1] : [];
  });
}

function reduce(context: ShapeContext): ValueType[] {
  return [{ type: inputType(context, 0).type, dims: reducedDims(context) }];
}

function argReduce(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  const axis = dims && positiveAxis(intAttribute(context.node, 'axis', 0), dims.length);
  const keeps = intAttribute(context.node, 'keepdims', 1) === 1;
  return [
    {
      type: 'int64',
      dims: dims?.flatMap((dim, at): Dim[] => {
        if (at !== axis) return [dim];
        return keeps ? [1] : [];
      }),
    },
  ];
}

/** Types behind reductions along axes. */
export const REDUCTION_RULES: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(REDUCTIONS.map((operator) => [operator, reduce])),
  ArgMax: argReduce,
  ArgMin: argReduce,
};
