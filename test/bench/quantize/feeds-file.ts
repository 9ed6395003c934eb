import { readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';
import { RigError } from '../../rig/errors.ts';
import type { Feeds } from './subject.ts';

interface StoredTensor {
  readonly type: string;
  readonly dims: readonly number[];
  /** Base64 of the numbers, or the texts themselves. */
  readonly data: string | readonly string[];
}

/** JSON of a batch, for processes that load nothing but ONNX Runtime: a larger heap takes longer to clean at every run. */
export function feedsFile(feeds: Feeds): string {
  const entries = Object.entries(feeds).map(([name, { type, dims, data }]): [string, StoredTensor] => [
    name,
    { type, dims, data: ArrayBuffer.isView(data) ? base64(data) : (data as readonly string[]) },
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** The batch as ONNX Runtime takes it. */
export async function readFeeds(path: string): Promise<Record<string, Tensor>> {
  const stored = JSON.parse(await readFile(path, 'utf8')) as Record<string, StoredTensor>;
  return Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [name, tensorOf(tensor)]));
}

function tensorOf({ type, dims, data }: StoredTensor): Tensor {
  if (typeof data !== 'string') return new Tensor('string', [...data], dims);
  const { buffer } = Uint8Array.from(Buffer.from(data, 'base64'));
  if (type === 'float32') return new Tensor('float32', new Float32Array(buffer), dims);
  if (type === 'int64') return new Tensor('int64', new BigInt64Array(buffer), dims);
  if (type === 'uint8') return new Tensor('uint8', new Uint8Array(buffer), dims);
  throw new RigError('STAGE_FAILED', `feeds must be float32, int64, uint8 or string, got ${type}`);
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
