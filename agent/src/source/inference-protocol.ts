import type { ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { Prediction, Reading } from '../reading.ts';

/** The model a server speaks for. */
export interface ServedModel {
  readonly model: string;
  readonly version: number;
  readonly signature: ModelSignature;
}

interface RequestTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly (number | string)[];
}

/** An inference request, checked against the model. */
export interface InferRequest {
  readonly id?: string | undefined;
  readonly readings: readonly Reading[];
  /** Names of the outputs asked for; empty for all. */
  readonly outputs: readonly string[];
}

// Open Inference Protocol v2, "Tensor Data Types".
const DATATYPE_OF: Readonly<Record<string, string>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  double: 'FP64',
  string: 'BYTES',
};

/** Most rows taken in one request. */
export const MOST_ROWS = 4_096;

/** Model Metadata Response. @see https://github.com/kserve/open-inference-protocol, "Model Metadata" */
export function modelMetadata({ model, version, signature }: ServedModel): object {
  return {
    name: model,
    versions: [String(version)],
    platform: 'onnx_onnxv1',
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
  };
}

/**
 * Reads an Inference Request. Inputs are named as the model's inputs, or as single features, each of shape [n] or [n, 1].
 *
 * @throws OutsideError INPUT_INVALID naming what does not fit
 */
export function parseInferRequest(body: unknown, served: ServedModel, atMs: number): InferRequest {
  const request = asObject(body, 'request');
  const { id, inputs, outputs = [] } = request;
  if (id !== undefined && typeof id !== 'string') throw invalid('id: expected a text');
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalid('inputs: expected a list of at least one tensor');
  const tensors = inputs.map((input, index) => parseTensor(input, `inputs[${index}]`));
  const rows = tensors[0]?.shape[0] ?? 0;
  const uneven = tensors.find((tensor) => tensor.shape[0] !== rows);
  if (uneven !== undefined) throw invalid(`input ${uneven.name}: expected ${rows} rows, got ${uneven.shape[0]}`);
  if (rows < 1 || rows > MOST_ROWS) throw invalid(`inputs: expected 1 to ${MOST_ROWS} rows, got ${rows}`);
  const columns = tensors.map((tensor) => columnOf(tensor, served.signature));
  return { id, readings: makeReadings(rows, columns, atMs), outputs: outputNames(outputs, served.signature) };
}

/** Inference Response for the predictions of one request, in row order. */
export function inferResponse(request: InferRequest, served: ServedModel, predictions: readonly Prediction[]): object {
  const wanted = served.signature.outputs.filter(
    ({ name }) => request.outputs.length === 0 || request.outputs.includes(name),
  );
  return {
    model_name: served.model,
    model_version: String(served.version),
    id: request.id,
    parameters: { prediction_ids: predictions.map((prediction) => prediction.id).join(',') },
    outputs: wanted.map(({ name, elementType, dims }) => ({
      name,
      datatype: DATATYPE_OF[elementType] ?? elementType.toUpperCase(),
      shape: [predictions.length, ...resolveDims(dims, predictions[0]?.outputs[name]?.length ?? 0)],
      data: predictions.flatMap((prediction) => prediction.outputs[name] ?? []),
    })),
  };
}

interface Column {
  readonly tensor: RequestTensor;
  readonly isFeature: boolean;
  readonly width: number;
}

/** Checks one tensor against the input or feature it names. */
function columnOf(tensor: RequestTensor, signature: ModelSignature): Column {
  const input = signature.inputs.find(({ name }) => name === tensor.name);
  const owner = input ?? signature.inputs.find(({ features }) => features.some(({ name }) => name === tensor.name));
  if (owner === undefined) throw invalid(`input ${tensor.name}: the model has no such input or feature`);
  const datatype = DATATYPE_OF[owner.elementType];
  if (tensor.datatype !== datatype) {
    throw invalid(`input ${tensor.name}: expected datatype ${datatype}, got ${JSON.stringify(tensor.datatype)}`);
  }
  const tail = input === undefined ? [] : input.dims.slice(1);
  const given = tensor.shape.slice(1);
  const isScalarColumn = input === undefined && (given.length === 0 || (given.length === 1 && given[0] === 1));
  const fits = given.length === tail.length && tail.every((dim, index) => dim < 0 || dim === given[index]);
  if (!fits && !isScalarColumn) {
    throw invalid(`input ${tensor.name}: expected shape [${['n', ...tail]}], got [${tensor.shape}]`);
  }
  return { tensor, isFeature: input === undefined, width: given.reduce((product, dim) => product * dim, 1) };
}

function makeReadings(rows: number, columns: readonly Column[], atMs: number): Reading[] {
  return Array.from({ length: rows }, (_, row) => {
    const fields: Record<string, number | string> = {};
    const tensors: Record<string, readonly (number | string)[]> = {};
    for (const { tensor, isFeature, width } of columns) {
      const values = tensor.data.slice(row * width, (row + 1) * width);
      if (isFeature) fields[tensor.name] = values[0] ?? '';
      else tensors[tensor.name] = values;
    }
    return { atMs, fields, tensors };
  });
}

function parseTensor(value: unknown, path: string): RequestTensor {
  const { name, shape, datatype, data } = asObject(value, path);
  if (typeof name !== 'string') throw invalid(`${path}.name: expected a text`);
  if (typeof datatype !== 'string') throw invalid(`${path}.datatype: expected a text`);
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw invalid(`${path}.shape: expected a list of integers from 0`);
  }
  if (!Array.isArray(data)) throw invalid(`${path}.data: expected a list (binary tensor data is not supported)`);
  // Tensor data may be nested by dimension or flat; both are row-major.
  const flat = (data as unknown[]).flat(Number.POSITIVE_INFINITY);
  const expected = (shape as number[]).reduce((product, dim) => product * dim, 1);
  if (flat.length !== expected) throw invalid(`${path}.data: expected ${expected} elements, got ${flat.length}`);
  return { name, datatype, shape: shape as number[], data: flat.map((item) => parseElement(item, datatype, path)) };
}

function parseElement(item: unknown, datatype: string, path: string): number | string {
  if (datatype === 'BYTES' && typeof item === 'string') return item;
  if (datatype === 'BOOL' && typeof item === 'boolean') return item ? 1 : 0;
  // JSON has no NaN: null is how a missing measurement travels.
  if (item === null && datatype.startsWith('FP')) return Number.NaN;
  if (typeof item === 'number' && datatype !== 'BYTES' && datatype !== 'BOOL') {
    if (datatype.startsWith('FP') || Number.isSafeInteger(item)) return item;
  }
  throw invalid(`${path}.data: expected ${datatype} elements, got ${JSON.stringify(item)?.slice(0, 60)}`);
}

function outputNames(outputs: unknown, signature: ModelSignature): string[] {
  if (!Array.isArray(outputs)) throw invalid('outputs: expected a list');
  return outputs.map((output, index) => {
    const { name } = asObject(output, `outputs[${index}]`);
    if (signature.outputs.some((spec) => spec.name === name)) return name as string;
    throw invalid(`outputs[${index}].name: the model has no output ${JSON.stringify(name)}`);
  });
}

function tensorMetadata({ name, elementType, dims }: TensorSpec): object {
  return { name, datatype: DATATYPE_OF[elementType] ?? elementType.toUpperCase(), shape: dims };
}

function resolveDims(dims: readonly number[], elements: number): number[] {
  const tail = dims.slice(1);
  const known = tail.reduce((product, dim) => (dim < 0 ? product : product * dim), 1);
  return tail.map((dim) => (dim < 0 ? elements / Math.max(1, known) : dim));
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(`${path}: expected an object`);
}

function invalid(message: string): OutsideError {
  return new OutsideError('INPUT_INVALID', message);
}
