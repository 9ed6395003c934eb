import type { GradientRule } from '../../rule-context.ts';
import { averagePoolGradient } from './average-pool.ts';
import { convGradient } from './conv.ts';
import { convTransposeGradient } from './conv-transpose.ts';
import { globalAveragePoolGradient } from './global-average-pool.ts';
import { globalMaxPoolGradient } from './global-max-pool.ts';
import { maxPoolGradient } from './max-pool.ts';

/** Gradients of the operators of convolutions and pooling. */
export const CONVOLUTION_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  AveragePool: averagePoolGradient,
  Conv: convGradient,
  ConvTranspose: convTransposeGradient,
  GlobalAveragePool: globalAveragePoolGradient,
  GlobalMaxPool: globalMaxPoolGradient,
  MaxPool: maxPoolGradient,
};
