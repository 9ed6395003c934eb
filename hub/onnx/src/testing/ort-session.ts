import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Model } from '../format/messages.ts';
import { writeModel } from '../format/write-model.ts';
import type { Tensor, TensorOf } from '../tensor/tensor.ts';

type Feed = TensorOf<'float32' | 'int64' | 'float64' | 'string'>;

/** A model loaded in ONNX Runtime for a test. */
export interface OrtSession {
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Tensor>>;
}

/** Loads a model with all graph optimizations, by default with one thread, so that results repeat bit for bit. */
export async function ortSession(model: Model, threads = 1): Promise<OrtSession> {
  const session = await InferenceSession.create(writeModel(model), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
  });
  return {
    async run(feeds) {
      const inputs = Object.entries(feeds).map(([name, value]) => [name, ortTensor(value)]);
      const outputs = await session.run(Object.fromEntries(inputs));
      const entries = Object.entries(outputs).map(([name, { type, data, dims }]) => [name, { type, data, dims }]);
      return Object.fromEntries(entries);
    },
  };
}

function ortTensor({ type, data, dims }: Feed): OrtTensor {
  // A union of types does not pick one of the constructor's overloads.
  return new OrtTensor(type as 'float32', data as Float32Array, [...dims]);
}
