import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = a b */
export const mulGradient: GradientRule = (context) => [
  () => unbroadcast(context, context.op('Mul', [context.gradient(), context.input(1)]), 0),
  () => unbroadcast(context, context.op('Mul', [context.gradient(), context.input(0)]), 1),
];
