import type { GradientRule } from '../../rule-context.ts';
import { rootSlope } from './root-slope.ts';

/** dx = dy / (2 y) */
export const sqrtGradient: GradientRule = (context) => [() => rootSlope(context)];
