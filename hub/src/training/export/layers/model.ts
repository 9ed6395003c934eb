import type { tf } from '../../tensorflow/tensorflow.ts';
import type { LayerExporter, LayerExporters } from '../layer-exporter.ts';

const nestedModel: LayerExporter = ({ layer, inputs }, context) =>
  context.model(layer as tf.LayersModel, inputs).map(({ name, type, shape, axes, flattened, mask }) => ({
    name,
    type,
    shape,
    axes,
    flattened,
    mask: mask ?? null,
  }));

/** Models that are layers of another one. */
export const MODEL_LAYERS: LayerExporters = {
  Model: nestedModel,
  Functional: nestedModel,
  Sequential: nestedModel,
};
