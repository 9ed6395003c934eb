import { z } from 'zod';
import { RequestError } from '../../errors.ts';
import { tf } from './tensorflow.ts';

const weightSchema = z.looseObject({ name: z.string(), shape: z.array(z.number().int().min(0)), dtype: z.string() });

/** What is read of a model.json of TensorFlow.js; Keras' `to_json()` gives the topology alone. */
const layersFileSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weightSchema) })).optional(),
});

/**
 * The network that a model.json describes.
 *
 * @param file the parsed model.json, or its `modelTopology` alone
 * @param shards the files of its `weightsManifest`, in their order. @default weights as the layers initialize them
 * @throws RequestError INVALID_INPUT when it describes no network, or the shards do not fit
 */
export async function makeLayersModel(file: unknown, shards: readonly Uint8Array[] = []): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest = [] } = parsed(file);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights) as tf.io.WeightsManifestEntry[];
  requireShards(
    weightsManifest.flatMap(({ paths }) => paths),
    shards,
  );
  const artifacts =
    shards.length === 0 ? { modelTopology } : { modelTopology, weightSpecs, weightData: joined(shards) };
  try {
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError('INVALID_INPUT', 'make the network of a model.json', { cause });
  }
}

function parsed(file: unknown): z.infer<typeof layersFileSchema> {
  const isWhole = typeof file === 'object' && file !== null && 'modelTopology' in file;
  const result = layersFileSchema.safeParse(isWhole ? file : { modelTopology: file });
  if (result.success) return result.data;
  throw new RequestError('INVALID_INPUT', 'Network must be a model.json of TensorFlow.js Layers, got something else', {
    cause: result.error,
  });
}

function requireShards(paths: readonly string[], shards: readonly Uint8Array[]): void {
  if (shards.length === 0 || shards.length === paths.length) return;
  const message = `Weights of a network must be ${paths.length} files as its manifest says, got ${shards.length}`;
  throw new RequestError('INVALID_INPUT', message, { details: { paths } });
}

function joined(shards: readonly Uint8Array[]): ArrayBuffer {
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let at = 0;
  for (const shard of shards) {
    bytes.set(shard, at);
    at += shard.length;
  }
  return bytes.buffer;
}
