import type { Tensor } from '@edgeloop/onnx';

export type Tensors = Readonly<Record<string, Tensor>>;

/** One loaded graph. */
export interface GraphRunner {
  /**
   * Computes all outputs. An output may be fed again as it is, which saves a copy.
   *
   * @param into tensors for outputs of these names, of their shapes: what is in them is lost, and an engine that can
   *   gives them back with the values, which saves memory. None may be fed in the same run.
   * @throws OutsideError MODEL_INVALID when the graph cannot run with these inputs
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  /** Frees what the graph holds; nothing may run afterwards. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** @default 1 */
  readonly threads?: number | undefined;
  /**
   * Values of a run get memory one by one instead of one block for all, which holds more than is needed at once: for
   * graphs with many large ones. @default false
   */
  readonly isFrugal?: boolean | undefined;
}

/** What computes graphs, on whichever hardware. */
export interface GraphEngine {
  /** For records: 'onnxruntime-node 1.30.0 cpu'. */
  readonly name: string;
  /** Most threads that a graph can use. */
  readonly cores: number;
  /** Memory of the machine, or what this process may have of it. */
  readonly memoryBytes: number;
  /**
   * Loads a model.
   *
   * @throws OutsideError MODEL_INVALID, or UNREACHABLE when the engine is not there
   */
  open(model: Uint8Array, options?: OpenOptions): Promise<GraphRunner>;
}
