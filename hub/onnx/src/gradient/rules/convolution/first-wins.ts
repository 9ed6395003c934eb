import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { RuleContext } from '../../rule-context.ts';

/**
 * The gradient of the largest of several values, for each of them: it goes to the first that equals `largest`.
 *
 * Takes three passes a value, all of them vectorized in ONNX Runtime: Where is not.
 */
export function firstWins(context: RuleContext, values: readonly string[], largest: string): string[] {
  let left = context.gradient();
  return values.map((value, at) => {
    // One value is the largest, so the last takes what no other took.
    if (at === values.length - 1) return left;
    const isLargest = context.op('Equal', [value, largest]);
    const share = context.op('Mul', [left, context.op('Cast', [isLargest], { to: DATA_TYPE[context.floatType] })]);
    left = context.op('Sub', [left, share]);
    return share;
  });
}
