import type { ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { ReadingRefused } from '../../../errors.ts';
import { featureOf, fitsShape, inputKind } from '../../../input-kind.ts';
import { parseNumber } from '../../../parse-field.ts';
import type { FieldValue, Reading, TensorRow } from '../../../reading.ts';
import { HttpFailure } from '../http-failure.ts';
import type { RequestImages } from '../request-images.ts';
import { datatypeOf, sliceRow } from './datatypes.ts';
import type { RequestTensor, Text } from './request-tensor.ts';

interface OpenReading {
  readonly atMs: number;
  readonly fields: Record<string, FieldValue>;
  readonly tensors: Record<string, TensorRow>;
}

/** Puts what one tensor says of a row into its reading. */
type Column = (reading: OpenReading, row: number) => void | Promise<void>;

/** One reading per row of the tensors. @throws as `parseInferRequest` */
export async function makeReadings(
  tensors: readonly RequestTensor[],
  signature: ModelSignature,
  atMs: number,
  images: RequestImages,
): Promise<Reading[]> {
  const columns = tensors.map((tensor) => columnOf(tensor, signature, images));
  const readings: Reading[] = [];
  for (let row = 0; row < (tensors[0]?.shape[0] ?? 0); row++) {
    const reading: OpenReading = { atMs, fields: {}, tensors: {} };
    for (const column of columns) await column(reading, row);
    readings.push(reading);
  }
  return readings;
}

function columnOf(tensor: RequestTensor, { inputs }: ModelSignature, images: RequestImages): Column {
  const { name } = tensor;
  const whole = inputs.find(
    (input) => input.name === name || (inputKind(input) === 'image' && featureOf(input) === name),
  );
  if (whole !== undefined) return wholeColumn(tensor, whole, images);
  const owner = inputs.find(({ features }) => features.some((feature) => feature.name === name));
  if (owner === undefined) {
    throw new HttpFailure(422, `${name.slice(0, 200)}: the model has no such input or feature`, { field: name });
  }
  return inputKind(owner) === 'window' ? channelColumn(tensor, owner) : fieldColumn(tensor);
}

/** A tensor for a whole input. Images may also come as files: BYTES of shape [n] or [n, 1], in JSON as base64. */
function wholeColumn(tensor: RequestTensor, input: TensorSpec, images: RequestImages): Column {
  const { name, datatype, data } = tensor;
  const isScalar = isScalarColumn(tensor.shape);
  if (datatype === 'BYTES' && inputKind(input) === 'image' && isScalar) {
    return async ({ tensors }, row) => {
      tensors[input.name] = await images.read(input, asBytes(data[row] as Text));
    };
  }
  const expected = datatypeOf(input.elementType);
  if (datatype !== expected) {
    throw new ReadingRefused(featureOf(input), 'type', `expected datatype ${expected} for ${name}, got ${datatype}`);
  }
  const tail = tensor.shape.slice(1);
  const given = isScalar && input.dims.length === 2 ? [1] : tail;
  if (!fitsShape(input, given)) {
    const shape = ['n', ...input.dims.slice(1).map((dim) => (dim < 0 ? 'any' : dim))];
    throw new ReadingRefused(featureOf(input), 'shape', `expected shape [${shape}], got [${tensor.shape}]`);
  }
  const values = datatype === 'BYTES' ? Array.from(data as readonly Text[], asText) : (data as ArrayLike<number>);
  return ({ tensors }, row) => {
    tensors[input.name] = sliceRow(values, given, row);
  };
}

/** A tensor for one feature. What its values are is the model's to judge, as with any other source. */
function fieldColumn({ name, shape, data }: RequestTensor): Column {
  if (!isScalarColumn(shape)) throw new ReadingRefused(name, 'shape', `expected shape [n,1], got [${shape}]`);
  return ({ fields }, row) => {
    const value = data[row];
    fields[name] = value instanceof Uint8Array ? asText(value) : value;
  };
}

/** A tensor for one channel of a window; channels that do not come are missing. */
function channelColumn({ name, shape, data }: RequestTensor, input: TensorSpec): Column {
  const channels = input.features.length;
  const size = shape[1] ?? 0;
  const wanted = input.dims[1] ?? -1;
  const hasShape = shape.length === 2 || (shape.length === 3 && shape[2] === 1);
  if (!hasShape || size < 1 || (wanted >= 0 && size !== wanted)) {
    const expected = wanted < 0 ? 'any' : wanted;
    throw new ReadingRefused(name, 'shape', `expected shape [n,${expected}], got [${shape}]`);
  }
  const column = input.features.findIndex((feature) => feature.name === name);
  return ({ tensors }, row) => {
    const open = tensors[input.name] ?? {
      dims: [size, channels],
      values: new Float32Array(size * channels).fill(Number.NaN),
    };
    if (open.dims[0] !== size)
      throw new ReadingRefused(name, 'shape', `expected ${open.dims[0]} readings, got ${size}`);
    for (let step = 0; step < size; step++) {
      const value = data[row * size + step];
      const number = parseNumber(name, value instanceof Uint8Array ? asText(value) : value);
      (open.values as Float32Array)[step * channels + column] = number ?? Number.NaN;
    }
    tensors[input.name] = open;
  };
}

function isScalarColumn(shape: readonly number[]): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

function asText(text: Text): string {
  return typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.length).toString('utf8');
}

/** JSON has no bytes: there they are base64. */
function asBytes(text: Text): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text, 'base64') : text;
}
