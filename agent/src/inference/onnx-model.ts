import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ModelSignature, NamedTensor } from '@edgeloop/protocol';
import * as ort from 'onnxruntime-node';
import { OutsideError } from '../errors.ts';
import type { EncodedRow } from './input-encoder.ts';
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
type NumericArray = ort.Tensor.DataTypeMap[ort.Tensor.Type];

const ARRAY_OF: Readonly<Record<string, new (length: number) => { [index: number]: unknown }>> = {
  float32: Float32Array,
  double: Float64Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

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

  /** Runs rows of encoded readings as one batch. @throws OutsideError INFERENCE_FAILED */
  run(rows: readonly EncodedRow[]): Promise<Readonly<Record<string, OutputTensor>>> {
    const feeds: Feeds = {};
    for (const [index, spec] of this.#signature.inputs.entries()) {
      const values = rows.map((row) => row[index] ?? []);
      const dims = [rows.length, ...tailDims(spec.dims, values[0]?.length ?? 0)];
      feeds[spec.name] = makeTensor(spec.elementType, values, dims);
    }
    return this.#run(feeds);
  }

  /** Runs tensors as they are. @throws OutsideError INFERENCE_FAILED */
  runTensors(tensors: readonly NamedTensor[]): Promise<Readonly<Record<string, OutputTensor>>> {
    const feeds: Feeds = {};
    for (const { name, elementType, dims, data, strings } of tensors) {
      feeds[name] = makeTensor(elementType, [[...readElements(elementType, data, strings)]], dims);
    }
    return this.#run(feeds);
  }

  async #run(feeds: Feeds): Promise<Readonly<Record<string, OutputTensor>>> {
    try {
      return (await this.#session.run(feeds)) as Readonly<Record<string, OutputTensor>>;
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

/** Elements of a tensor as the protocol carries it: row-major, little endian. */
export function readElements(elementType: string, data: Uint8Array, strings: readonly string[]): readonly unknown[] {
  if (elementType === 'string') return strings;
  const ArrayType = arrayTypeOf(elementType) as unknown as {
    readonly BYTES_PER_ELEMENT: number;
    new (buffer: ArrayBuffer): ArrayLike<unknown>;
  };
  if (data.length % ArrayType.BYTES_PER_ELEMENT !== 0) {
    throw new OutsideError('MALFORMED_MESSAGE', `tensor: ${data.length} bytes are no whole ${elementType} elements`);
  }
  return Array.from(new ArrayType(new Uint8Array(data).buffer));
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

function makeTensor(elementType: string, rows: readonly (readonly unknown[])[], dims: readonly number[]): ort.Tensor {
  if (elementType === 'string') return new ort.Tensor('string', rows.flat() as string[], dims);
  const array = new (arrayTypeOf(elementType))(rows.reduce((count, row) => count + row.length, 0));
  const isBig = elementType === 'int64' || elementType === 'uint64';
  let next = 0;
  for (const row of rows) {
    for (const value of row) array[next++] = isBig ? BigInt(value as number) : value;
  }
  const type = elementType === 'double' ? 'float64' : elementType;
  return new ort.Tensor(type as ort.Tensor.Type, array as unknown as NumericArray, dims);
}

function arrayTypeOf(elementType: string): new (length: number) => { [index: number]: unknown } {
  const found = ARRAY_OF[elementType];
  if (found !== undefined) return found;
  throw new OutsideError(
    'MODEL_SIGNATURE_MISMATCH',
    `expected a known element type, got ${JSON.stringify(elementType)}`,
  );
}

/** Dimensions after the batch; one open dimension takes what is left of the row. */
function tailDims(dims: readonly number[], rowElements: number): number[] {
  const tail = dims.slice(1);
  const known = tail.reduce((product, dim) => (dim < 0 ? product : product * dim), 1);
  return tail.map((dim) => (dim < 0 ? rowElements / Math.max(1, known) : dim));
}
