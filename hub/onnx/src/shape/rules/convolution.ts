import type { ShapeRule } from '../shape-rule.ts';

/** Types behind convolutions and pooling. */
export const CONVOLUTION_RULES: Readonly<Record<string, ShapeRule>> = {};
