import type { Model } from '@edgeloop/onnx';

export interface FineTuneRequest {
  readonly model: Model;
  /** For progress: 'quantization-aware'. */
  readonly reason: string;
  readonly epochs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Trains a model a little further: the same graph with other weights. */
export type FineTune = (request: FineTuneRequest) => Promise<Model>;
