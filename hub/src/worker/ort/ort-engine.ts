import { availableParallelism, totalmem } from 'node:os';
import { float32, GraphBuilder, type Tensor, writeModel } from '@edgeloop/onnx';
import * as ort from 'onnxruntime-node';
import { discardBuffers } from '../../discard-buffers.ts';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine, GraphRunner, OpenOptions, Tensors } from '../../graph-engine.ts';
import { absenceOf, type Provider } from './provider.ts';

// What goes wrong comes as an exception; the same once more on standard error would only hide it.
ort.env.logLevel = 'fatal';

/** The engine on ONNX Runtime. */
export class OrtEngine implements GraphEngine {
  readonly name: string;
  readonly cores: number = availableParallelism();
  /** A container without a limit tells 0, or more than there is. */
  readonly memoryBytes: number = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  readonly #provider: Provider;
  /** A provider that has computed something is there; what fails later is the model's fault. */
  #isThere = false;

  constructor(provider: Provider = 'cpu') {
    this.#provider = provider;
    this.name = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common} ${provider}`;
  }

  async open(model: Uint8Array, options: OpenOptions = {}): Promise<GraphRunner> {
    try {
      return new OrtRunner(await ort.InferenceSession.create(model, this.#sessionOptions(options)));
    } catch (cause) {
      if (this.#provider === 'cpu' || this.#isThere) throw new OutsideError('MODEL_INVALID', 'load a model', { cause });
      throw absent(this.#provider, cause);
    }
  }

  /** Computes something small. @throws OutsideError UNREACHABLE when this machine or installation lacks the provider */
  async check(): Promise<void> {
    const graph = new GraphBuilder();
    graph.node('Neg', [graph.input('x', 'float32', [1])], {}, { outputs: ['y'] });
    const runner = await this.open(writeModel(graph.output('y', 'float32', [1]).build()));
    try {
      await runner.run({ x: float32([1]) });
      this.#isThere = true;
    } finally {
      await runner.close();
    }
  }

  #sessionOptions({ threads = 1, isFrugal = false }: OpenOptions): ort.InferenceSession.SessionOptions {
    return {
      executionProviders: [this.#provider],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableMemPattern: !isFrugal,
      logSeverityLevel: 3,
      // Waiting threads that spin cost thirty times the CPU of the work itself.
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    };
  }
}

/** Copies of fewer bytes are left to the garbage collector. */
const NOTABLE_BYTES = 2 ** 17;

class OrtRunner implements GraphRunner {
  readonly #session: ort.InferenceSession;

  constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  async run(feeds: Tensors, into?: Tensors): Promise<Tensors> {
    const given = allToOrt(feeds);
    try {
      if (into === undefined) return (await this.#session.run(given)) as unknown as Tensors;
      return await this.#runInto(given, allToOrt(into));
    } catch (cause) {
      throw new OutsideError('MODEL_INVALID', 'run a model', { cause });
    }
  }

  async #runInto(given: Record<string, ort.Tensor>, into: Record<string, ort.Tensor>): Promise<Tensors> {
    const others = this.#session.outputNames.filter((name) => !(name in into)).map((name) => [name, null]);
    const outputs = await this.#session.run(given, { ...into, ...Object.fromEntries(others) });
    // What comes back are copies of what was written into the tensors.
    const copies = Object.keys(into).flatMap((name) => bufferOf(outputs[name]));
    const bytes = copies.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    if (bytes > NOTABLE_BYTES) discardBuffers(copies);
    return { ...outputs, ...into } as unknown as Tensors;
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

function bufferOf(output: ort.Tensor | undefined): ArrayBuffer[] {
  const buffer = ArrayBuffer.isView(output?.data) ? output.data.buffer : undefined;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

function allToOrt(tensors: Tensors): Record<string, ort.Tensor> {
  const all: Record<string, ort.Tensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) all[name] = toOrt(tensor);
  return all;
}

function toOrt(tensor: Tensor): ort.Tensor {
  // Outputs come back as ONNX Runtime's own tensors.
  if (tensor instanceof ort.Tensor) return tensor;
  return new ort.Tensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.dims);
}

function absent(provider: Exclude<Provider, 'cpu'>, cause: unknown): OutsideError {
  return new OutsideError('UNREACHABLE', absenceOf(provider), { cause });
}
