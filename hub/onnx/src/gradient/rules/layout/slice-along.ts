import { int64 } from '../../../tensor/tensor.ts';
import { type Length, lengthVector } from '../../lengths.ts';
import type { RuleContext } from '../../rule-context.ts';

/** Behind the last entry of any axis. */
export const TO_THE_END: number = 2 ** 31;
/** Before the first entry of any axis, for steps back. */
export const TO_THE_START: number = -(2 ** 31);

/** The entries of `value` from `start` to `end` along one axis. */
export function sliceAlong(
  context: RuleContext,
  value: string,
  axis: number,
  { start = 0, end = TO_THE_END, step = 1 }: { start?: number; end?: number; step?: number },
): string {
  const lists = [start, end, axis, ...(step === 1 ? [] : [step])].map((entry) => context.constant(int64([entry])));
  return context.op('Slice', [value, ...lists]);
}

/** `value`, of `rank` dimensions, with zeros in front and behind along one axis. */
export function padAlong(
  context: RuleContext,
  value: string,
  { axis, rank }: { axis: number; rank: number },
  before: Length,
  after: Length,
): string {
  const pads = new Array<Length>(2 * rank).fill(0);
  pads[axis] = before;
  pads[rank + axis] = after;
  return context.op('Pad', [value, lengthVector(context, pads)]);
}
