import type { GradientRule } from '../../rule-context.ts';

/** Gradients of the operators of convolutions and pooling. */
export const CONVOLUTION_GRADIENTS: Readonly<Record<string, GradientRule>> = {};
