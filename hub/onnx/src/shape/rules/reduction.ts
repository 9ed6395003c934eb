import { intAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { hasInput, integerParameter } from '../integer-parameter.ts';
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
  const rank = inputType(context, 0).dims?.length;
  const axes = integerParameter(context, 'axes', 1);
  if (rank === undefined || (!axes && hasInput(context, 1))) return undefined;
  if (axes && axes.length > 0) return axes.map((axis) => positiveAxis(axis, rank));
  const keepsAll = intAttribute(context.node, 'noop_with_empty_axes', 0) === 1;
  return keepsAll ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function reducedDims(context: ShapeContext): Dim[] | undefined {
  const { dims } = inputType(context, 0);
  const axes = reducedAxes(context);
  const keeps = intAttribute(context.node, 'keepdims', 1) === 1;
  if (!dims) return undefined;
  if (!axes) return openDims(context, dims.length, keeps);
  return dims.flatMap((dim, axis): Dim[] => {
    if (!axes.includes(axis)) return [dim];
    return keeps ? [1] : [];
  });
}

/** What is known of the result where only the number of axes is known. */
function openDims(context: ShapeContext, rank: number, keeps: boolean): Dim[] | undefined {
  const [count] = inputType(context, 1).dims ?? [];
  if (keeps) return Array.from({ length: rank });
  return typeof count === 'number' && count > 0 ? Array.from({ length: rank - count }) : undefined;
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
