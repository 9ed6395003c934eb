import { createHash } from 'node:crypto';
import { type Model, sharedTensor, weightsAsInputs, writeModel } from '@edgeloop/onnx';

/**
 * SHA-256 of a network with its weights, hex, without a copy of all of them.
 *
 * @param weights names of the initializers that are large
 */
export function networkDigest(model: Model, weights: readonly string[]): string {
  const hash = createHash('sha256').update(writeModel(weightsAsInputs(model, weights)));
  const large = new Set(weights);
  for (const initializer of model.graph.initializer) {
    if (!large.has(initializer.name ?? '')) continue;
    const data = sharedTensor(initializer).data as Float32Array;
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
