import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RequestError } from '../errors.ts';
import { readTopology } from '../training/layers/layers-topology.ts';
import type { ApiClient } from './api-client.ts';
import { sideFile } from './model-file.ts';

/** Files of layers as a recipe names them. */
export interface LayersDigests {
  readonly model: string;
  readonly weights?: string;
}

export interface UploadedLayers {
  readonly digests: LayersDigests;
  /** What whoever sent them should know, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Sends a model.json to the hub, with the weights of its manifest where all of their files lie beside it: training then
 * starts from these.
 *
 * @throws RequestError NOT_FOUND, INVALID_INPUT when it is no model.json, or only some of the files are there
 */
export async function uploadLayers(path: string, api: ApiClient): Promise<UploadedLayers> {
  const file = await readFile(path).catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  });
  const model = await keep(file, api);
  const names = readTopology(file).weightPaths;
  if (names.length === 0) return { digests: { model }, notes: [] };
  const shards = await Promise.all(names.map((name) => shard(path, name)));
  const missing = names.filter((_, at) => shards[at] === undefined);
  const what = `${missing.join(', ')} of its manifest ${missing.length === 1 ? 'is' : 'are'} not beside ${path}`;
  if (missing.length === names.length)
    return { digests: { model }, notes: [`layers begin with new weights, because ${what}`] };
  if (missing.length > 0) throw new RequestError('INVALID_INPUT', `layers: weights must all be there, and ${what}`);
  const weights = await keep(Buffer.concat(shards.filter((bytes) => bytes !== undefined)), api);
  return { digests: { model, weights }, notes: [] };
}

async function shard(path: string, name: string): Promise<Buffer | undefined> {
  const found = await sideFile(dirname(path), name);
  return found === undefined ? undefined : readFile(found);
}

async function keep(bytes: Buffer, api: ApiClient): Promise<string> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  await api.upload('/layers', { digest }, new Blob([bytes]).stream());
  return digest;
}
