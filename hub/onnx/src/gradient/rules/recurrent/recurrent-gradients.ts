import type { GradientRule } from '../../rule-context.ts';

/** Gradients of the operators of recurrent layers. */
export const RECURRENT_GRADIENTS: Readonly<Record<string, GradientRule>> = {};
