import type { ShapeRule } from '../shape-rule.ts';

/** Types behind recurrent layers. */
export const RECURRENT_RULES: Readonly<Record<string, ShapeRule>> = {};
