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

/**
 * Sends a model.json to the hub, with the weights of its manifest where all of their files lie beside it: training then
 * starts from these.
 *
 * @throws RequestError NOT_FOUND, INVALID_INPUT when it is no model.json
 */
export async function uploadLayers(path: string, api: ApiClient): Promise<LayersDigests> {
  const file = await readFile(path).catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  });
  const model = await keep(file, api);
  const shards = await Promise.all(readTopology(file).weightPaths.map((name) => shard(path, name)));
  const found = shards.filter((bytes) => bytes !== undefined);
  if (shards.length === 0 || found.length < shards.length) return { model };
  return { model, weights: await keep(Buffer.concat(found), api) };
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
