import type { GradientRule } from '../../rule-context.ts';

/** Gradients of the operators that normalise. */
export const NORMALIZATION_GRADIENTS: Readonly<Record<string, GradientRule>> = {};
