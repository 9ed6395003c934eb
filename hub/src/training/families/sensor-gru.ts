import { tf } from '../tensorflow/tensorflow.ts';
import { denseHead } from './dense-head.ts';
import type { FamilyInput } from './family.ts';
import { applied, LayerNames, thinned } from './named-layers.ts';
import { layersModel, onlyInput } from './part-inputs.ts';

/** A gated recurrent unit that reads a window from its oldest reading to its newest, then dense layers. */
export function sensorGru({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const input = onlyInput('sensor-gru', parts, 'window');
  const read = applied(
    tf.layers.gru({
      ...{ name: names.next('gru'), units: settings.recurrentUnits, recurrentActivation: 'sigmoid' },
      // The library's own would take it long, and is drawn over.
      recurrentInitializer: 'glorotUniform',
    }),
    input.value,
  );
  return layersModel(
    'sensor-gru',
    [input],
    denseHead(thinned(read, settings.dropout, names), settings, outputs, names),
  );
}
