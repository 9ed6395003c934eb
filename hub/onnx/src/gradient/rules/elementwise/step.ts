import type { GradientRule } from '../../rule-context.ts';

/** Functions that are flat wherever they have a slope (Sign, Floor, Ceil, Round) pass nothing on. */
export const stepGradient: GradientRule = () => [undefined];
