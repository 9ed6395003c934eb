import type { GradientRule } from './rule-context.ts';
import { CONVOLUTION_GRADIENTS } from './rules/convolution/convolution-gradients.ts';
import { DENSE_GRADIENTS } from './rules/dense/dense-gradients.ts';
import { ELEMENTWISE_GRADIENTS } from './rules/elementwise/elementwise-gradients.ts';
import { LAYOUT_GRADIENTS } from './rules/layout/layout-gradients.ts';
import { LOOP_GRADIENTS } from './rules/loop/loop-gradients.ts';
import { NORMALIZATION_GRADIENTS } from './rules/normalization/normalization-gradients.ts';
import { QUANTIZATION_GRADIENTS } from './rules/quantization/quantization-gradients.ts';
import { RECURRENT_GRADIENTS } from './rules/recurrent/recurrent-gradients.ts';
import { REDUCTION_GRADIENTS } from './rules/reduction/reduction-gradients.ts';

const RULES: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries({
    ...CONVOLUTION_GRADIENTS,
    ...DENSE_GRADIENTS,
    ...ELEMENTWISE_GRADIENTS,
    ...LAYOUT_GRADIENTS,
    ...LOOP_GRADIENTS,
    ...NORMALIZATION_GRADIENTS,
    ...QUANTIZATION_GRADIENTS,
    ...RECURRENT_GRADIENTS,
    ...REDUCTION_GRADIENTS,
  }),
);

/** The rule of an operator, `undefined` where it has none. */
export function gradientRule(operator: string, domain = ''): GradientRule | undefined {
  return domain === '' || domain === 'ai.onnx' ? RULES.get(operator) : undefined;
}

/** Operators that can be differentiated, sorted by name. */
export function differentiableOperators(): string[] {
  return [...RULES.keys()].sort();
}
