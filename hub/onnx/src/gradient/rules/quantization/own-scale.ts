import type { Node } from '../../../format/messages.ts';
import type { RuleContext } from '../../rule-context.ts';

/** Operators between the largest entry and the scale that keep the scale from being smaller. */
const AT_LEAST: ReadonlySet<string> = new Set(['Max']);

/**
 * Whether the scale of a QuantizeLinear is the largest magnitude of what it quantizes, divided by a number that the
 * integers reach: ReduceMax(Abs(x)) / 127, or a larger one.
 */
export function hasOwnScale(context: RuleContext): boolean {
  const scale = context.writer(context.input(1));
  const share = scale && AT_LEAST.has(scale.opType ?? '') ? written(context, scale, 'Div') : scale;
  if (share?.opType !== 'Div' || !isReached(context, share.input[1] ?? '')) return false;
  const largest = context.writer(share.input[0] ?? '');
  const magnitude = largest?.opType === 'ReduceMax' ? context.writer(largest.input[0] ?? '') : undefined;
  return magnitude?.opType === 'Abs' && magnitude.input[0] === context.input(0);
}

/** The node of this operator that writes an input of the node. */
function written(context: RuleContext, node: Node, operator: string): Node | undefined {
  return node.input.map((value) => context.writer(value)).find((writer) => writer?.opType === operator);
}

function isReached(context: RuleContext, limit: string): boolean {
  if (context.outputType().type !== 'int8') return false;
  const value = context.valueOf(limit);
  return value?.type === 'float32' && value.data.length === 1 && (value.data[0] ?? Number.POSITIVE_INFINITY) <= 127;
}
