import type { ShapeRule } from '../shape-rule.ts';

/** Types behind operators that pick, place, repeat and resize. */
export const INDEXING_RULES: Readonly<Record<string, ShapeRule>> = {};
