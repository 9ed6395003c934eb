import type { GradientRule } from '../../rule-context.ts';
import { concatGradient } from './concat.ts';
import { reshapeGradient } from './reshape.ts';
import { transposeGradient } from './transpose.ts';

/** Gradients of the operators that move values. */
export const LAYOUT_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Concat: concatGradient,
  Flatten: reshapeGradient,
  Reshape: reshapeGradient,
  Squeeze: reshapeGradient,
  Transpose: transposeGradient,
  Unsqueeze: reshapeGradient,
};
