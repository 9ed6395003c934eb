import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** dy summed over the repeated axes. */
export const expandGradient: GradientRule = (context) => [() => unbroadcast(context, context.gradient(), 0), undefined];
