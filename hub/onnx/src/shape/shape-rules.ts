import { CONVOLUTION_RULES } from './rules/convolution.ts';
import { DENSE_RULES } from './rules/dense.ts';
import { ELEMENTWISE_RULES } from './rules/elementwise.ts';
import { INDEXING_RULES } from './rules/indexing.ts';
import { LAYOUT_RULES } from './rules/layout.ts';
import { NORMALIZATION_RULES } from './rules/normalization.ts';
import { QUANTIZED_RULES } from './rules/quantized.ts';
import { RECURRENT_RULES } from './rules/recurrent.ts';
import { REDUCTION_RULES } from './rules/reduction.ts';
import type { ShapeRule } from './shape-rule.ts';

const RULES: ReadonlyMap<string, ShapeRule> = new Map(
  Object.entries({
    ...ELEMENTWISE_RULES,
    ...DENSE_RULES,
    ...LAYOUT_RULES,
    ...REDUCTION_RULES,
    ...CONVOLUTION_RULES,
    ...NORMALIZATION_RULES,
    ...RECURRENT_RULES,
    ...INDEXING_RULES,
    ...QUANTIZED_RULES,
  }),
);

/** The rule of an operator of the standard domain, `undefined` where it has none. */
export function shapeRule(operator: string): ShapeRule | undefined {
  return RULES.get(operator);
}
