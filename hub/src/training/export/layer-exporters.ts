import type { LayerExporters } from './layer-exporter.ts';
import { ACTIVATION_LAYERS } from './layers/activation.ts';
import { CONVOLUTION_LAYERS } from './layers/convolution.ts';
import { DENSE_LAYERS } from './layers/dense.ts';
import { DROPOUT_LAYERS } from './layers/dropout.ts';
import { EMBEDDING_LAYERS } from './layers/embedding.ts';
import { MERGE_LAYERS } from './layers/merge.ts';
import { MODEL_LAYERS } from './layers/model.ts';
import { NORMALIZATION_LAYERS } from './layers/normalization.ts';
import { POOLING_LAYERS } from './layers/pooling.ts';
import { PREPROCESSING_LAYERS } from './layers/preprocessing.ts';
import { SEPARABLE_LAYERS } from './layers/separable-convolution.ts';
import { SHAPE_LAYERS } from './layers/shape.ts';
import { SPATIAL_LAYERS } from './layers/spatial.ts';
import { RECURRENT_LAYERS } from './recurrent/recurrent-layers.ts';

/** Every layer that can be exported. */
export const LAYER_EXPORTERS: LayerExporters = {
  ...MODEL_LAYERS,
  ...DENSE_LAYERS,
  ...ACTIVATION_LAYERS,
  ...CONVOLUTION_LAYERS,
  ...SEPARABLE_LAYERS,
  ...POOLING_LAYERS,
  ...NORMALIZATION_LAYERS,
  ...EMBEDDING_LAYERS,
  ...DROPOUT_LAYERS,
  ...SHAPE_LAYERS,
  ...SPATIAL_LAYERS,
  ...PREPROCESSING_LAYERS,
  ...MERGE_LAYERS,
  ...RECURRENT_LAYERS,
};
