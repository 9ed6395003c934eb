import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = a - b */
export const subGradient: GradientRule = (context) => [
  () => unbroadcast(context, context.gradient(), 0),
  // Negated last, because that value is the smaller one.
  () => context.op('Neg', [unbroadcast(context, context.gradient(), 1)]),
];
