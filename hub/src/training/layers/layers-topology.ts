import { z } from 'zod';
import { RequestError } from '../../errors.ts';

const LayerSchema = z.looseObject({ class_name: z.string(), config: z.record(z.string(), z.unknown()) });
type Layer = z.infer<typeof LayerSchema>;

const NetworkSchema = z.looseObject({
  class_name: z.string(),
  config: z.union([
    z.looseObject({ layers: z.array(LayerSchema).min(1), output_layers: z.array(z.unknown()).optional() }),
    z
      .array(LayerSchema)
      .min(1)
      .transform((layers): { layers: Layer[]; output_layers?: unknown[] } => ({ layers })),
  ]),
});
type NetworkTopology = z.infer<typeof NetworkSchema>;

const FileSchema = z.looseObject({
  modelTopology: z.unknown(),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(z.unknown()) })).optional(),
});

/** What a model.json says of a network. */
export interface LayersTopology {
  readonly model: unknown;
  readonly weightSpecs: readonly unknown[];
  /** Files that hold the weights, in their order. */
  readonly weightPaths: readonly string[];
}

/**
 * Reads a model.json: as TensorFlow.js saves it, or only the topology, as `model.to_json()` of Keras 2 gives it.
 *
 * @throws RequestError INVALID_INPUT
 */
export function readTopology(bytes: Uint8Array): LayersTopology {
  const json = parse(bytes);
  const file = FileSchema.safeParse(json);
  const whole = file.success && file.data.modelTopology !== undefined ? file.data : { modelTopology: json };
  const manifest = ('weightsManifest' in whole ? whole.weightsManifest : undefined) ?? [];
  const topology = whole.modelTopology;
  const inner = isObject(topology) && isObject(topology['model_config']) ? topology['model_config'] : topology;
  const network = NetworkSchema.safeParse(inner);
  if (!network.success) throw refused('expected the topology of a Sequential or functional model');
  return {
    model: network.data,
    weightSpecs: manifest.flatMap(({ weights }) => weights),
    weightPaths: manifest.flatMap(({ paths }) => paths),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refused('expected JSON');
  }
}

/** The same network without a softmax behind its output layer. */
export function withoutSoftmax(topology: LayersTopology): LayersTopology {
  const network = topology.model as NetworkTopology;
  const { layers, output_layers: outputs } = network.config;
  const last = outputName(outputs) ?? nameOf(layers.at(-1));
  const changed = layers.map((layer) => (nameOf(layer) === last ? asLogits(layer) : layer));
  return { ...topology, model: { ...network, config: { ...network.config, layers: changed } } };
}

/** [["name", 0, 0]], or flat. */
function outputName(outputs: readonly unknown[] | undefined): string | undefined {
  const [first] = outputs ?? [];
  const name = Array.isArray(first) ? first[0] : first;
  return typeof name === 'string' ? name : undefined;
}

function nameOf(layer: Layer | undefined): string | undefined {
  const name = layer?.config['name'];
  return typeof name === 'string' ? name : undefined;
}

function asLogits(layer: Layer): Layer {
  if (layer.class_name === 'Softmax') {
    return { ...layer, class_name: 'Activation', config: { name: layer.config['name'], activation: 'linear' } };
  }
  const { activation } = layer.config;
  return activation === 'softmax' ? { ...layer, config: { ...layer.config, activation: 'linear' } } : layer;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(why: string): RequestError {
  return new RequestError('INVALID_INPUT', `layers: the model.json cannot be read: ${why}`);
}
