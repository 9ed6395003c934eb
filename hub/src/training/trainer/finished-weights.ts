import { type Model, sharedTensor, type Tensor } from '@edgeloop/onnx';
import { discardBuffers } from '../../discard-buffers.ts';
import type { TrainingEnd } from './training-loop.ts';

/**
 * The best values of the trained initializers, in the graph's own memory where it has any, so that they are not there
 * twice. Everything else that training had is given back at once: a model file is about to be written.
 */
export function finishedWeights({ graph }: Model, { best, last }: TrainingEnd): Map<string, Float32Array> {
  const protos = new Map(graph.initializer.map((proto) => [proto.name ?? '', proto]));
  const weights = new Map<string, Float32Array>();
  for (const [name, { data }] of best) {
    const values = data as Float32Array;
    const proto = protos.get(name);
    const own = proto && sharedTensor(proto).data;
    const isShared = own instanceof Float32Array && own.buffer === proto?.rawData?.buffer;
    if (isShared) own.set(values);
    weights.set(name, isShared ? own : values);
  }
  const kept = new Set<unknown>([...weights.values()].map(({ buffer }) => buffer));
  discardBuffers([...buffersOf([...best.values(), ...Object.values(last)])].filter((buffer) => !kept.has(buffer)));
  return weights;
}

function buffersOf(tensors: readonly Tensor[]): Set<ArrayBuffer> {
  return new Set(
    tensors.flatMap(({ data }) =>
      data instanceof Float32Array && data.buffer instanceof ArrayBuffer ? [data.buffer] : [],
    ),
  );
}
