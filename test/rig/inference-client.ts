import type { NamedTensor } from '@edgeloop/protocol';
import { RigError } from './errors.ts';

// Open Inference Protocol v2, "Tensor Data Types", as far as models of the hub have them.
const DATATYPES: Readonly<Record<string, string>> = {
  float32: 'FP32',
  float64: 'FP64',
  double: 'FP64',
  int64: 'INT64',
  uint8: 'UINT8',
  string: 'BYTES',
};

/** Output tensor of an answer, as JSON brings it. */
export interface AnswerTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** Asks a device's HTTP source as any client of the Open Inference Protocol would. */
export class InferenceClient {
  readonly #url: string;

  constructor(port: number, model: string) {
    this.#url = `http://127.0.0.1:${port}/v2/models/${model}`;
  }

  /** Tensors in the protocol's binary form, which can carry NaN; answers come as JSON. */
  async infer(inputs: readonly NamedTensor[]): Promise<readonly AnswerTensor[]> {
    const parts = inputs.map(({ elementType, data, strings }) => (elementType === 'string' ? packed(strings) : data));
    const header = Buffer.from(
      JSON.stringify({
        inputs: inputs.map(({ name, elementType, dims }, at) => ({
          name,
          shape: dims,
          datatype: DATATYPES[elementType],
          parameters: { binary_data_size: parts[at]?.length ?? 0 },
        })),
      }),
    );
    const answer = await fetch(`${this.#url}/infer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(header.length),
      },
      body: Buffer.concat([header, ...parts]),
    });
    const text = await answer.text();
    if (!answer.ok) throw new RigError('REQUEST_REFUSED', `infer: ${answer.status} ${text}`);
    return (JSON.parse(text) as { outputs: AnswerTensor[] }).outputs;
  }

  /** Tensors as JSON; the status and body, whatever they are. */
  async inferJson(inputs: readonly object[]): Promise<{ readonly status: number; readonly body: unknown }> {
    const answer = await fetch(`${this.#url}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs }),
    });
    return { status: answer.status, body: await answer.json() };
  }
}

/** Each text behind its length in bytes, four bytes, little endian. */
function packed(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}
