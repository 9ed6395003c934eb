import type { GradientRule } from '../../rule-context.ts';
import { batchNormalizationGradient } from './batch-normalization.ts';
import { dropoutGradient } from './dropout.ts';
import { groupNormalizationGradient } from './group-normalization.ts';
import { instanceNormalizationGradient } from './instance-normalization.ts';
import { layerNormalizationGradient } from './layer-normalization.ts';
import { lpNormalizationGradient } from './lp-normalization.ts';

/** Gradients of the operators that normalise, and of Dropout. */
export const NORMALIZATION_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  BatchNormalization: batchNormalizationGradient,
  Dropout: dropoutGradient,
  GroupNormalization: groupNormalizationGradient,
  InstanceNormalization: instanceNormalizationGradient,
  LayerNormalization: layerNormalizationGradient,
  LpNormalization: lpNormalizationGradient,
};
