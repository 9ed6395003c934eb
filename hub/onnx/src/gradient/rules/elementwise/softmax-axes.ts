import { intAttribute } from '../../../format/attributes.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';

/**
 * The axes over which Softmax or LogSoftmax makes the entries sum to 1, as an int64 value: one axis, the last by
 * default; before opset 13 all axes from the given one on, the second by default.
 */
export function softmaxAxes(context: RuleContext): string {
  const axis = intAttribute(context.node, 'axis', context.opset < 13 ? 1 : -1);
  if (context.opset >= 13) return context.constant(int64([axis]));
  const rank = context.inputType(0).dims?.length;
  if (rank === undefined) throw context.refusal('an input of known rank');
  const first = positiveAxis(axis, rank);
  return context.constant(int64(Array.from({ length: rank - first }, (_, index) => first + index)));
}
