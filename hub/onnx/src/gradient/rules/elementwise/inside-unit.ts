import type { RuleContext } from '../../rule-context.ts';
import { slopeBySign } from '../../slope-by-sign.ts';

/** `slope` where the value, which is never outside of 0 to 1, is neither 0 nor 1; else 0. */
export function insideUnit(context: RuleContext, value: string, slope: number): string {
  const distance = context.op('Sub', [value, context.op('Mul', [value, value])]);
  return slopeBySign(context, distance, 0, slope);
}
