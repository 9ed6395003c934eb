import { tf } from '../tensorflow/tensorflow.ts';
import { denseHead } from './dense-head.ts';
import type { FamilyInput, LayerSettings } from './family.ts';
import { applied, LayerNames, thinned, type Value } from './named-layers.ts';
import { layersModel, onlyInput } from './part-inputs.ts';

/** Places that are brought together in front of the LSTM: so many times fewer steps. */
const POOL = 8;

/** Vectors of words, convolutions over neighbours, a maximum over a few, an LSTM over the rest, dense layers. */
export function textCnnLstm({ parts, settings, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const input = onlyInput('text-cnn-lstm', parts, 'tokens');
  const vectors = applied(
    tf.layers.embedding({
      name: names.next('token_vectors'),
      inputDim: input.part.levels?.[0] ?? 1,
      outputDim: settings.embedding,
    }),
    input.value,
  );
  const local = settings.filters.reduce(
    (value, filters) => pooled(convolution(value, filters, settings, names), names),
    thinned(vectors, settings.dropout, names),
  );
  const read = applied(
    tf.layers.lstm({
      ...{ name: names.next('lstm'), units: settings.recurrentUnits, recurrentActivation: 'sigmoid' },
      // The library's own would take it long, and is drawn over.
      recurrentInitializer: 'glorotUniform',
      returnSequences: true,
    }),
    local,
  );
  // What was noticed anywhere counts, however long a text goes on behind it.
  const noticed = applied(tf.layers.globalMaxPooling1d({ name: names.next('most') }), read);
  return layersModel(
    'text-cnn-lstm',
    [input],
    denseHead(thinned(noticed, settings.dropout, names), settings, outputs, names),
  );
}

function convolution(
  value: Value,
  filters: number,
  { kernelSize }: Pick<LayerSettings, 'kernelSize'>,
  names: LayerNames,
): Value {
  const layer = tf.layers.conv1d({
    ...{ name: names.next('conv'), filters, kernelSize, padding: 'same', activation: 'relu' },
  });
  return applied(layer, value);
}

function pooled(value: Value, names: LayerNames): Value {
  const [, places] = value.shape;
  const poolSize = Math.max(1, Math.min(POOL, places ?? POOL));
  return applied(tf.layers.maxPooling1d({ name: names.next('pool'), poolSize, strides: poolSize }), value);
}
