import type { ModelSignature } from '@edgeloop/protocol';
import type { Reading } from '../../../reading.ts';
import { badRequest, HttpFailure } from '../http-failure.ts';
import type { RequestImages } from '../request-images.ts';
import { makeReadings } from './make-readings.ts';
import { asObject, shown, TensorReader } from './request-tensor.ts';
import { MOST_ROWS } from './served-model.ts';

/** An output that is asked for. */
export interface WantedOutput {
  readonly name: string;
  readonly isBinary: boolean;
}

/** An inference request, checked against the model. */
export interface InferRequest {
  readonly id?: string | undefined;
  readonly readings: readonly Reading[];
  readonly outputs: readonly WantedOutput[];
}

/** What a request is made of. */
export interface InferBody {
  readonly json: unknown;
  /** Binary tensors, one behind the other. */
  readonly binary: Uint8Array;
}

/**
 * Reads an Inference Request. Inputs are named as the model's inputs, or as single features, each of shape [n] or
 * [n, 1], of windows [n, size].
 *
 * @throws HttpFailure for a request that is none or names what the model does not have; ReadingRefused for a tensor
 *   that does not fit its input
 * @see https://github.com/kserve/open-inference-protocol, "Inference Request JSON Object" and "Binary Tensor Data"
 */
export async function parseInferRequest(
  { json, binary }: InferBody,
  signature: ModelSignature,
  atMs: number,
  images: RequestImages,
): Promise<InferRequest> {
  const { id, inputs, outputs, parameters = {} } = asObject(json, 'request');
  if (id !== undefined && typeof id !== 'string') throw badRequest('expected a text', 'id');
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw badRequest('expected a list of at least one tensor', 'inputs');
  const reader = new TensorReader(binary);
  const tensors = inputs.map((input, index) => reader.read(input, `inputs[${index}]`));
  if (reader.restBytes > 0)
    throw badRequest(`expected the tensors to take all binary data, ${reader.restBytes} bytes are left`);
  const twice = tensors.find(({ name }, index) => tensors.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw badRequest('expected each input once', twice.name);
  const rows = tensors[0]?.shape[0] ?? 0;
  const uneven = tensors.find(({ shape }) => shape[0] !== rows);
  if (uneven !== undefined) throw badRequest(`expected ${rows} rows, got ${uneven.shape[0]}`, uneven.name);
  if (rows < 1 || rows > MOST_ROWS) throw badRequest(`expected 1 to ${MOST_ROWS} rows, got ${rows}`, 'inputs');
  const wanted = wantedOutputs(outputs, asObject(parameters, 'parameters'), signature);
  return { id, readings: await makeReadings(tensors, signature, atMs, images), outputs: wanted };
}

/** All outputs, or those that are asked for; in binary where the request or the output says so, the output last. */
function wantedOutputs(
  outputs: unknown,
  parameters: Readonly<Record<string, unknown>>,
  signature: ModelSignature,
): WantedOutput[] {
  const isBinary = flag(parameters['binary_data_output'], 'parameters.binary_data_output') ?? false;
  if (outputs === undefined || (Array.isArray(outputs) && outputs.length === 0)) {
    return signature.outputs.map(({ name }) => ({ name, isBinary }));
  }
  if (!Array.isArray(outputs)) throw badRequest('expected a list', 'outputs');
  return outputs.map((output, index) => {
    const path = `outputs[${index}]`;
    const { name, parameters: own = {} } = asObject(output, path);
    if (typeof name !== 'string' || !signature.outputs.some((spec) => spec.name === name)) {
      throw new HttpFailure(422, `${path}.name: the model has no output ${shown(name)}`, { field: `${path}.name` });
    }
    const field = `${path}.parameters`;
    return { name, isBinary: flag(asObject(own, field)['binary_data'], `${field}.binary_data`) ?? isBinary };
  });
}

function flag(value: unknown, field: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw badRequest(`expected true or false, got ${shown(value)}`, field);
}
