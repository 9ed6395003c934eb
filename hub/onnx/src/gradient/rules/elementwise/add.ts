import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = a + b */
export const addGradient: GradientRule = (context) => [
  () => unbroadcast(context, context.gradient(), 0),
  () => unbroadcast(context, context.gradient(), 1),
];
