import { availableParallelism } from 'node:os';
import { float32, GraphBuilder, type Tensor, writeModel } from '@edgeloop/onnx';
import * as ort from 'onnxruntime-node';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine, GraphRunner, Tensors } from '../../graph-engine.ts';

// What goes wrong comes as an exception; the same once more on standard error would only hide it.
ort.env.logLevel = 'fatal';

export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
/** Hardware that computes graphs. */
export type Provider = (typeof PROVIDERS)[number];

/** The engine on ONNX Runtime. */
export class OrtEngine implements GraphEngine {
  readonly name: string;
  readonly cores: number = availableParallelism();
  readonly #provider: Provider;

  constructor(provider: Provider = 'cpu') {
    this.#provider = provider;
    this.name = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common} ${provider}`;
  }

  async open(model: Uint8Array, options: { readonly threads?: number | undefined } = {}): Promise<GraphRunner> {
    try {
      return new OrtRunner(await ort.InferenceSession.create(model, this.#sessionOptions(options.threads ?? 1)));
    } catch (cause) {
      throw this.#provider === 'cpu'
        ? new OutsideError('MODEL_INVALID', 'load a model', { cause })
        : this.#absent(cause);
    }
  }

  /** Computes something small. @throws OutsideError UNREACHABLE when this machine or installation lacks the provider */
  async check(): Promise<void> {
    const graph = new GraphBuilder();
    graph.node('Neg', [graph.input('x', 'float32', [1])], {}, { outputs: ['y'] });
    const runner = await this.open(writeModel(graph.output('y', 'float32', [1]).build()));
    try {
      await runner.run({ x: float32([1]) });
    } finally {
      await runner.close();
    }
  }

  #absent(cause: unknown): OutsideError {
    const message = `provider ${this.#provider} is not available in this installation of ONNX Runtime; use --provider cpu`;
    return new OutsideError('UNREACHABLE', message, { cause });
  }

  #sessionOptions(threads: number): ort.InferenceSession.SessionOptions {
    return {
      executionProviders: [this.#provider],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // Waiting threads that spin cost thirty times the CPU of the work itself.
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    };
  }
}

class OrtRunner implements GraphRunner {
  readonly #session: ort.InferenceSession;

  constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  async run(feeds: Tensors): Promise<Tensors> {
    const given: Record<string, ort.Tensor> = {};
    for (const [name, tensor] of Object.entries(feeds)) given[name] = toOrt(tensor);
    try {
      return (await this.#session.run(given)) as unknown as Tensors;
    } catch (cause) {
      throw new OutsideError('MODEL_INVALID', 'run a model', { cause });
    }
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

function toOrt(tensor: Tensor): ort.Tensor {
  // Outputs come back as ONNX Runtime's own tensors.
  if (tensor instanceof ort.Tensor) return tensor;
  return new ort.Tensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.dims);
}
