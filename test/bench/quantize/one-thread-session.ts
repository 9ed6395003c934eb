import type { Tensor } from '@edgeloop/onnx';
import * as ort from 'onnxruntime-node';
import type { Feeds } from './subject.ts';

/** A model in ONNX Runtime as a device would load it: all optimizations, one thread. */
export function oneThreadSession(model: Uint8Array | string): Promise<ort.InferenceSession> {
  const options = {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  } as const;
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}

/** Feeds as ONNX Runtime takes them. */
export function ortFeeds(feeds: Feeds): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, ortTensor(value)]));
}

function ortTensor({ type, data, dims }: Tensor): ort.Tensor {
  // A union of types does not pick one of the constructor's overloads.
  return new ort.Tensor(type as 'float32', data as Float32Array, [...dims]);
}
