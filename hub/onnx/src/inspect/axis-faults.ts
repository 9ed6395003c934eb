import { intAttribute, intsAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { integersOf } from '../shape/integer-parameter.ts';
import type { ShapeContext } from '../shape/shape-rule.ts';

/** Operators whose attribute `axis` is one of their first input. */
const OF_ONE_AXIS: ReadonlySet<string> = new Set([
  ...['Concat', 'Gather', 'GatherElements', 'ScatterElements', 'Softmax', 'LogSoftmax', 'Hardmax', 'Split', 'TopK'],
  ...['ArgMax', 'ArgMin', 'LayerNormalization'],
]);

/** Operators with a list of axes: an attribute, or the input at this place. */
const OF_AXES: ReadonlyMap<string, number> = new Map([
  ...['Squeeze', 'Unsqueeze', 'ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'].map(
    (operator): [string, number] => [operator, 1],
  ),
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'].map(
    (operator): [string, number] => [operator, 1],
  ),
  ['Slice', 3],
]);

/** What is wrong with the axes of a node, whose first input has `rank` dimensions. */
export function axisFault(node: Node, context: ShapeContext, rank: number): string | undefined {
  const operator = node.opType ?? '';
  if (operator === 'Transpose') return orderFault(intsAttribute(node, 'perm'), rank);
  if (operator === 'Flatten') return rangeFault([intAttribute(node, 'axis', 1)], rank + 1);
  if (OF_ONE_AXIS.has(operator)) return rangeFault([intAttribute(node, 'axis', 0)], rank);
  const place = OF_AXES.get(operator);
  const axes = place === undefined ? undefined : (intsAttribute(node, 'axes') ?? integersOf(context.constant(place)));
  return axes && rangeFault(axes, operator === 'Unsqueeze' ? rank + axes.length : rank);
}

function rangeFault(axes: readonly number[], rank: number): string | undefined {
  const outside = axes.find((axis) => axis < -rank || axis >= rank);
  return outside === undefined ? undefined : `axes from ${-rank} to ${rank - 1}, got ${outside}`;
}

function orderFault(perm: readonly number[] | undefined, rank: number): string | undefined {
  const isOrder = perm?.toSorted((left, right) => left - right).every((axis, at) => axis === at) ?? true;
  if (isOrder && (perm === undefined || perm.length === rank)) return undefined;
  return `an order of ${rank} axes, got [${perm}]`;
}
