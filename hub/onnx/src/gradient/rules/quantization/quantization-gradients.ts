import type { GradientRule } from '../../rule-context.ts';
import { dequantizeLinearGradient } from './dequantize-linear.ts';
import { quantizeLinearGradient } from './quantize-linear.ts';

/**
 * Gradients of the operators that take numbers to integers and back, which have a slope only as a pair.
 *
 * What stands between the two has, as its gradient, that of the numbers it stands for.
 */
export const QUANTIZATION_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  DequantizeLinear: dequantizeLinearGradient,
  QuantizeLinear: quantizeLinearGradient,
};
