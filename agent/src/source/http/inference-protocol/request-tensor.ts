import { sizeOf } from '../../../input-kind.ts';
import { badRequest } from '../http-failure.ts';
import { elementBytes, isDatatype, readNumbers, readTexts } from './datatypes.ts';

/** Element of a BYTES tensor: text from JSON, bytes from binary data. */
export type Text = string | Uint8Array;

/** One tensor of a request, consistent in itself: as many elements as its shape says, each of its datatype. */
export interface RequestTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  /** Row-major. Texts where the datatype is BYTES, else numbers; NaN where JSON has null. */
  readonly data: ArrayLike<number> | readonly Text[];
}

// No model has more, and a request could otherwise nest as deep as its body is long.
const MOST_DIMS = 16;

/** Takes the tensors of a request one after another, and with them their share of its binary part. */
export class TensorReader {
  readonly #binary: Uint8Array;
  #at = 0;

  constructor(binary: Uint8Array) {
    this.#binary = binary;
  }

  /** Bytes that no tensor has taken. */
  get restBytes(): number {
    return this.#binary.length - this.#at;
  }

  /** @throws HttpFailure 400 naming the part of the request that is at fault */
  read(value: unknown, path: string): RequestTensor {
    const { name, shape, datatype, data, parameters } = asObject(value, path);
    if (typeof name !== 'string') throw badRequest('expected a text', `${path}.name`);
    if (typeof datatype !== 'string' || !isDatatype(datatype)) {
      throw badRequest(`expected a datatype of the protocol, got ${shown(datatype)}`, `${path}.datatype`);
    }
    const head = { name, datatype, shape: parseShape(shape, path) };
    const sizeBytes = parameters === undefined ? undefined : asObject(parameters, path)['binary_data_size'];
    if (sizeBytes === undefined) return { ...head, data: jsonElements(head, data, path) };
    if (data !== undefined) throw badRequest('expected none beside binary_data_size', `${path}.data`);
    return { ...head, data: binaryElements(head, this.#take(sizeBytes, path), path) };
  }

  #take(sizeBytes: unknown, path: string): Uint8Array {
    if (!Number.isSafeInteger(sizeBytes) || (sizeBytes as number) < 0 || (sizeBytes as number) > this.restBytes) {
      const problem = `expected an integer from 0 to the ${this.restBytes} bytes that are left, got ${shown(sizeBytes)}`;
      throw badRequest(problem, `${path}.parameters.binary_data_size`);
    }
    const start = this.#at;
    this.#at += sizeBytes as number;
    return this.#binary.subarray(start, this.#at);
  }
}

/** @throws HttpFailure 400 */
export function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badRequest('expected an object', path);
}

/** A value of a request, short enough to be repeated in an answer. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

type Head = Pick<RequestTensor, 'name' | 'shape' | 'datatype'>;

function parseShape(shape: unknown, path: string): readonly number[] {
  const isShape =
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.length <= MOST_DIMS &&
    shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
  if (isShape) return shape as number[];
  throw badRequest(`expected a list of 1 to ${MOST_DIMS} integers from 0`, `${path}.shape`);
}

/** Tensor data may be nested by dimension or flat; both are row-major. */
function jsonElements({ shape, datatype }: Head, data: unknown, path: string): RequestTensor['data'] {
  if (!Array.isArray(data)) throw badRequest('expected a list', `${path}.data`);
  const flat: unknown[] = data.flat(shape.length - 1);
  if (flat.length !== sizeOf(shape)) {
    throw badRequest(`expected ${sizeOf(shape)} elements, got ${flat.length}`, `${path}.data`);
  }
  // Elements of one datatype are all texts or all numbers.
  return flat.map((item) => jsonElement(item, datatype, path)) as number[] | string[];
}

function jsonElement(item: unknown, datatype: string, path: string): number | string {
  if (datatype === 'BYTES' && (typeof item === 'string' || item === null)) return item ?? '';
  if (datatype === 'BOOL' && typeof item === 'boolean') return item ? 1 : 0;
  const isFloating = datatype.startsWith('FP');
  // JSON has no NaN: null is how a missing measurement travels.
  if (item === null && isFloating) return Number.NaN;
  const isNumeric = datatype !== 'BYTES' && datatype !== 'BOOL';
  if (isNumeric && typeof item === 'number' && (isFloating || Number.isSafeInteger(item))) return item;
  throw badRequest(`expected ${datatype} elements, got ${shown(item)}`, `${path}.data`);
}

function binaryElements({ shape, datatype }: Head, bytes: Uint8Array, path: string): RequestTensor['data'] {
  const field = `${path}.parameters.binary_data_size`;
  const width = elementBytes(datatype);
  if (width !== undefined) {
    const expected = sizeOf(shape) * width;
    if (bytes.length !== expected) throw badRequest(`expected ${expected} bytes, got ${bytes.length}`, field);
    return readNumbers(datatype, bytes);
  }
  const texts = readTexts(bytes);
  if (texts === undefined) throw badRequest('expected lengths of 4 bytes, each with as many bytes behind it', field);
  if (texts.length !== sizeOf(shape)) {
    throw badRequest(`expected ${sizeOf(shape)} elements, got ${texts.length}`, field);
  }
  return texts;
}
