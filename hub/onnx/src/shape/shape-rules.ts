import { isStandardDomain } from '../graph/domain.ts';
import { ML_DOMAIN } from '../graph/graph-builder.ts';
import { ATTENTION_RULES } from './rules/attention.ts';
import { CONVOLUTION_RULES } from './rules/convolution.ts';
import { DENSE_RULES } from './rules/dense.ts';
import { ELEMENTWISE_RULES } from './rules/elementwise.ts';
import { INDEXING_RULES } from './rules/indexing.ts';
import { LAYOUT_RULES } from './rules/layout.ts';
import { LOSS_RULES } from './rules/loss.ts';
import { MICROSOFT_RULES } from './rules/microsoft.ts';
import { ML_RULES } from './rules/ml.ts';
import { NORMALIZATION_RULES } from './rules/normalization.ts';
import { QUANTIZED_RULES } from './rules/quantized.ts';
import { RANDOM_RULES } from './rules/random.ts';
import { RECURRENT_RULES } from './rules/recurrent.ts';
import { REDUCTION_RULES } from './rules/reduction.ts';
import { SEQUENCE_RULES } from './rules/sequence.ts';
import { SIGNAL_RULES } from './rules/signal.ts';
import { TEXT_RULES } from './rules/text.ts';
import { UNPOOLING_RULES } from './rules/unpooling.ts';
import { VISION_RULES } from './rules/vision.ts';
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
    ...ATTENTION_RULES,
    ...LOSS_RULES,
    ...RANDOM_RULES,
    ...SEQUENCE_RULES,
    ...SIGNAL_RULES,
    ...TEXT_RULES,
    ...UNPOOLING_RULES,
    ...VISION_RULES,
  }),
);

const ML: ReadonlyMap<string, ShapeRule> = new Map(Object.entries(ML_RULES));
const MICROSOFT: ReadonlyMap<string, ShapeRule> = new Map(Object.entries(MICROSOFT_RULES));

/** The rule of an operator, `undefined` where it has none. */
export function shapeRule(operator: string, domain?: string | null): ShapeRule | undefined {
  if (isStandardDomain(domain)) return RULES.get(operator);
  if (domain === ML_DOMAIN) return ML.get(operator);
  return domain === 'com.microsoft' ? MICROSOFT.get(operator) : undefined;
}
