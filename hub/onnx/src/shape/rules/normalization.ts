import type { ShapeRule } from '../shape-rule.ts';

/** Types behind normalisation. */
export const NORMALIZATION_RULES: Readonly<Record<string, ShapeRule>> = {};
