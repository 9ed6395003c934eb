import type { tf } from '../../tensorflow/tensorflow.ts';

/** Where layers keep layers: models, wrappers, recurrent layers, stacked cells. */
const PLACES = ['layers', 'layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells'] as const;

/** All layers of a model, those inside of others too, each once. */
export function layersWithin(model: tf.LayersModel): tf.layers.Layer[] {
  const found = new Set<tf.layers.Layer>();
  const visit = (layer: tf.layers.Layer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    const places = layer as unknown as Readonly<Record<string, tf.layers.Layer | tf.layers.Layer[] | undefined>>;
    for (const place of PLACES) for (const inner of [places[place] ?? []].flat()) visit(inner);
  };
  for (const layer of model.layers) visit(layer);
  return [...found];
}
