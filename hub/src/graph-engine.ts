import type { Tensor } from '@edgeloop/onnx';

export type Tensors = Readonly<Record<string, Tensor>>;

/** One loaded graph. */
export interface GraphRunner {
  /**
   * Computes all outputs. An output may be fed again as it is, which saves a copy.
   *
   * @throws OutsideError MODEL_INVALID when the graph cannot run with these inputs
   */
  run(feeds: Tensors): Promise<Tensors>;
  /** Frees what the graph holds; nothing may run afterwards. */
  close(): Promise<void>;
}

/** What computes graphs, on whichever hardware. */
export interface GraphEngine {
  /** For records: 'onnxruntime-node 1.30.0 cpu'. */
  readonly name: string;
  /** Most threads that a graph can use. */
  readonly cores: number;
  /**
   * Loads a model.
   *
   * @param options.threads @default 1
   * @throws OutsideError MODEL_INVALID, or UNREACHABLE when the engine is not there
   */
  open(model: Uint8Array, options?: { readonly threads?: number | undefined }): Promise<GraphRunner>;
}
