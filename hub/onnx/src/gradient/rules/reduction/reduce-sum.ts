import type { GradientRule } from '../../rule-context.ts';
import { expanded } from './reduction-axes.ts';

/** dy repeated along the summed axes. */
export const reduceSumGradient: GradientRule = (context) => [() => expanded(context, context.gradient()), undefined];
