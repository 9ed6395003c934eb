import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ModelSignature, NamedTensor } from '@edgeloop/protocol';
import * as ort from 'onnxruntime-node';
import { OutsideError } from '../errors.ts';
import type { EncodedRow } from './input-encoder.ts';
import { makeTensor, readElements, readOutput } from './ort-tensor.ts';
import type { OutputTensor } from './output-reader.ts';

/** What to load and how to run it. */
export interface OnnxModelOptions {
  readonly path: string;
  /** SHA-256 the file must have, hex. */
  readonly digest: string;
  readonly signature: ModelSignature;
  readonly threads: number;
}

type Feeds = Record<string, ort.Tensor>;
/** One model in ONNX Runtime. The only place that calls it. */
export class OnnxModel {
  readonly digest: string;
  readonly #session: ort.InferenceSession;
  readonly #signature: ModelSignature;

  private constructor(digest: string, session: ort.InferenceSession, signature: ModelSignature) {
    this.digest = digest;
    this.#session = session;
    this.#signature = signature;
  }

  /**
   * Reads the file once, hashes exactly the bytes that are then loaded, and makes a session of them.
   *
   * @throws OutsideError DIGEST_MISMATCH, LOAD_FAILED, or MODEL_SIGNATURE_MISMATCH when the graph has other inputs or outputs
   */
  static async load({ path, digest, signature, threads }: OnnxModelOptions): Promise<OnnxModel> {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new OutsideError('LOAD_FAILED', `read model ${digest}`, { cause });
    });
    const got = createHash('sha256').update(bytes).digest('hex');
    if (got !== digest) throw new OutsideError('DIGEST_MISMATCH', `expected model ${digest}, got ${got}`);
    const session = await ort.InferenceSession.create(bytes, sessionOptions(threads)).catch((cause: unknown) => {
      throw new OutsideError('LOAD_FAILED', `load model ${digest}`, { cause });
    });
    const model = new OnnxModel(got, session, signature);
    model.#checkNames();
    return model;
  }

  /** Runs rows of encoded readings, all of one shape, as one batch. @throws OutsideError INFERENCE_FAILED */
  run(rows: readonly EncodedRow[]): Promise<Readonly<Record<string, OutputTensor>>> {
    const feeds: Feeds = {};
    for (const [index, spec] of this.#signature.inputs.entries()) {
      const tensors = rows.flatMap((row) => row[index] ?? []);
      const dims = [rows.length, ...(tensors[0]?.dims ?? [])];
      feeds[spec.name] = makeTensor(
        spec.elementType,
        tensors.map(({ values }) => values),
        dims,
      );
    }
    return this.#run(feeds);
  }

  /** Runs tensors as they are. @throws OutsideError INFERENCE_FAILED */
  runTensors(tensors: readonly NamedTensor[]): Promise<Readonly<Record<string, OutputTensor>>> {
    const feeds: Feeds = {};
    for (const { name, elementType, dims, data, strings } of tensors) {
      feeds[name] = makeTensor(elementType, [readElements(elementType, data, strings)], dims);
    }
    return this.#run(feeds);
  }

  async #run(feeds: Feeds): Promise<Readonly<Record<string, OutputTensor>>> {
    try {
      const outputs = await this.#session.run(feeds);
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, readOutput(tensor)]));
    } catch (cause) {
      throw new OutsideError('INFERENCE_FAILED', 'run the model', { cause });
    }
  }

  #checkNames(): void {
    const inputs = this.#signature.inputs.map((input) => input.name).sort();
    const got = [...this.#session.inputNames].sort();
    const outputs = new Set(this.#session.outputNames);
    const missing = this.#signature.outputs.find((output) => !outputs.has(output.name));
    if (String(inputs) !== String(got)) {
      throw new OutsideError('MODEL_SIGNATURE_MISMATCH', `expected inputs ${inputs.join(', ')}, got ${got.join(', ')}`);
    }
    if (missing === undefined) return;
    throw new OutsideError(
      'MODEL_SIGNATURE_MISMATCH',
      `expected output ${missing.name}, got ${[...outputs].join(', ')}`,
    );
  }
}

function sessionOptions(threads: number): ort.InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Waiting threads that spin cost thirty times the CPU of the inference itself.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}
