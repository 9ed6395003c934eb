import type { LayerExporters } from './layer-exporter.ts';
import { DENSE_LAYERS } from './layers/dense.ts';
import { MODEL_LAYERS } from './layers/model.ts';
import { RECURRENT_LAYERS } from './recurrent/recurrent-layers.ts';

/** Every layer that can be exported. */
export const LAYER_EXPORTERS: LayerExporters = {
  ...MODEL_LAYERS,
  ...DENSE_LAYERS,
  ...RECURRENT_LAYERS,
};
