import { intAttribute, intsAttribute } from '../../../format/attributes.ts';
import type { Node } from '../../../format/messages.ts';
import type { Dim } from '../../../graph/value-type.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { type ChannelPlace, product } from './channel-place.ts';
import type { ChannelTrace, TracedValue } from './channel-trace.ts';

/** Flatten, Reshape, Squeeze and Unsqueeze, as far as the channels stay apart from the rows. */
export function traceReshape(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  const place = x && placeBehind(trace, node, x);
  if (!place) return false;
  trace.write(node, { ...place, group: x.group });
  return true;
}

function placeBehind(trace: ChannelTrace, node: Node, x: TracedValue): ChannelPlace | undefined {
  const dims = trace.dims(node.input[0]);
  if (!dims || x.axis === 0) return undefined;
  switch (node.opType) {
    case 'Flatten':
      return intAttribute(node, 'axis', 1) === 1 ? merged(dims, x) : undefined;
    case 'Reshape':
      return reshaped(trace, node, dims, x);
    default:
      return squeezed(trace, node, dims.length, x);
  }
}

/** All axes behind the rows as one. */
function merged(dims: readonly Dim[], x: TracedValue): ChannelPlace | undefined {
  const [before, behind] = [dims.slice(1, x.axis), dims.slice(x.axis + 1)];
  if (![...before, ...behind].every((dim) => typeof dim === 'number')) return undefined;
  return { axis: 1, repeat: product(before as number[]) * x.repeat, block: product(behind as number[]) * x.block };
}

/** To [rows, everything else], or from [rows, channels] with axes of one entry to the same with others. */
function reshaped(trace: ChannelTrace, node: Node, dims: readonly Dim[], x: TracedValue): ChannelPlace | undefined {
  const shape = constantShape(trace, node);
  if (!shape || shape.length < 2) return undefined;
  const [rows, size, ...rest] = shape;
  const isSameRows = rows === 0 || rows === -1 || rows === dims[0];
  const place = merged(dims, x);
  if (!place || !isSameRows || rest.some((dim) => dim !== 1)) return undefined;
  const entries = place.repeat * x.group.channels * place.block;
  if (size !== entries && size !== -1) return undefined;
  const per = place.repeat * place.block;
  if (size !== -1) x.group.cut({ kind: 'size', node, input: 1, entry: 1, per });
  return place;
}

function constantShape(trace: ChannelTrace, node: Node): number[] | undefined {
  const isConstant = trace.types.constants.hasOwn(node.input[1] ?? '');
  return isConstant && intAttribute(node, 'allowzero', 0) === 0 ? trace.integers(node, 1) : undefined;
}

function squeezed(trace: ChannelTrace, node: Node, rank: number, x: TracedValue): ChannelPlace | undefined {
  const axes = intsAttribute(node, 'axes') ?? trace.integers(node, 1);
  if (!axes) return undefined;
  const isAdding = node.opType === 'Unsqueeze';
  const changed = axes.map((axis) => positiveAxis(axis, isAdding ? rank + axes.length : rank));
  if (!isAdding) {
    return changed.includes(x.axis)
      ? undefined
      : { ...x, axis: x.axis - changed.filter((axis) => axis < x.axis).length };
  }
  let axis = x.axis;
  for (const added of changed.toSorted((a, b) => a - b)) if (added <= axis) axis += 1;
  return { ...x, axis };
}
