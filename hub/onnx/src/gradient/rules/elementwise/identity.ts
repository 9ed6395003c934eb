import type { GradientRule } from '../../rule-context.ts';

/** y = x */
export const identityGradient: GradientRule = (context) => [() => context.gradient()];
