import { GraphBuilder, int64, joinModels, type Model } from '@edgeloop/onnx';
import { exportLayersModel } from '../export/export-layers-model.ts';
import type { ExportedLayers } from '../export/exported-layers.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { Preparation, PreparedPart } from '../preparation/preparation.ts';
import type { tf } from '../tensorflow/tensorflow.ts';

/** The parts in the order of the inputs of the model that take them. */
export type PartOrder = readonly PreparedPart[];

/**
 * A network's layers as a graph from `prepared` to `output`: the parts are cut out of it where there are several.
 *
 * @param parts which part each input of the layers takes
 * @throws RequestError INVALID_INPUT for a layer that ONNX cannot express
 */
export function layersCore(
  layers: tf.LayersModel,
  parts: PartOrder,
  preparation: Pick<Preparation, 'parts'>,
  output: string,
): ExportedLayers {
  const isSingle = preparation.parts.length === 1;
  const names = isSingle ? [NETWORK_VALUES.prepared] : parts.map(({ name }) => name);
  const images = parts.flatMap(({ kind }, at) => (kind === 'image' ? (names[at] ?? []) : []));
  const options = { purpose: 'training', inputs: names, outputs: [output], channelFirst: images } as const;
  const exported = exportLayersModel(layers, options);
  if (isSingle) return exported;
  const used = new Set(names);
  return { ...exported, model: joinModels(partsOf(preparation.parts, used), exported.model) };
}

/** `prepared` [batch, size] -> the parts that are used, by name. */
function partsOf(parts: readonly PreparedPart[], used: ReadonlySet<string>): Model {
  const graph = new GraphBuilder({ name: 'parts' });
  const sizes = parts.map(sizeOf);
  const prepared = graph.input(NETWORK_VALUES.prepared, 'float32', [
    'batch',
    sizes.reduce((sum, size) => sum + size, 0),
  ]);
  const lengths = graph.constant(int64(sizes), 'part_sizes');
  const flat = graph.nodeWithOutputs(parts.length, 'Split', [prepared, lengths], { axis: 1 });
  for (const [at, part] of parts.entries()) {
    const [value, dims] = [flat[at] ?? '', layoutOf(part)];
    if (!used.has(part.name)) continue;
    const shape = graph.constant(int64([-1, ...dims]), 'part_shape');
    graph.node('Reshape', [value, shape], {}, { outputs: [part.name] });
    graph.output(part.name, 'float32', ['batch', ...dims]);
  }
  return graph.build();
}

function sizeOf({ dims }: PreparedPart): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Shape of a row as it lies in `prepared`: images channel first. */
function layoutOf({ kind, dims }: PreparedPart): number[] {
  const [height = 1, width = 1, channels = 1] = dims;
  return kind === 'image' ? [channels, height, width] : [...dims];
}
