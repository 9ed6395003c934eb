import { onnx } from '#onnx';
import { ModelError } from '../errors.ts';
import { type Model, type TensorProto, withFields } from '../format/messages.ts';
import { MAX_MODEL_BYTES } from '../format/model-size.ts';
import { allTensors, mapTensors } from '../format/tensors.ts';
import { tensorBytes } from './tensor-bytes.ts';

/** Where the values of a tensor lie outside of the model file. @see ONNX ExternalData.md */
export interface ExternalData {
  /** Path of the file, relative to the model's folder, as the model gives it: not checked. */
  readonly location: string;
  readonly offsetBytes: number;
  /** `undefined`: to the end of the file. */
  readonly lengthBytes: number | undefined;
}

/** Gives the bytes of an external file by its location; `undefined` where there is none. */
export type ExternalFiles = (location: string) => Uint8Array | undefined;

/** Whether the values lie in another file. */
export function hasExternalData(proto: TensorProto): boolean {
  return proto.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL || proto.externalData.length > 0;
}

/** The location that a tensor names, `undefined` where it names none. */
export function externalLocationOf(proto: TensorProto): string | undefined {
  return proto.externalData.find(({ key }) => key === 'location')?.value || undefined;
}

/** The external file of a tensor, in words for messages. */
export function externalFileOf(proto: TensorProto): string {
  const location = externalLocationOf(proto);
  return location ? `file ${location}` : 'an external file without a name';
}

/**
 * Where a tensor's values lie, `undefined` when they are in the model file.
 *
 * @throws ModelError TENSOR_MALFORMED when the reference names no file or no place in it
 */
export function externalDataOf(proto: TensorProto): ExternalData | undefined {
  if (!hasExternalData(proto)) return undefined;
  const fields = new Map(proto.externalData.map(({ key, value }) => [key ?? '', value ?? '']));
  const location = externalLocationOf(proto);
  if (location === undefined) throw malformed(proto, 'must name the file of its values', 'no location');
  const length = fields.get('length');
  return {
    location,
    offsetBytes: byteCount(proto, 'offset', fields.get('offset') ?? '0'),
    lengthBytes: length === undefined ? undefined : byteCount(proto, 'length', length),
  };
}

/** Locations of all external files of a model, each once, in the order of their first use. */
export function externalLocations(model: Model): string[] {
  const locations = allTensors(model).map((proto) => externalDataOf(proto)?.location);
  return [...new Set(locations.filter((location) => location !== undefined))];
}

/**
 * The model with the values of external files inside, so that it stands alone. Tensors share memory with the files.
 *
 * @throws ModelError EXTERNAL_DATA_TOO_LARGE when the whole would not fit into a model file
 * @throws ModelError EXTERNAL_DATA_MISSING when a file is missing or ends before the values do
 * @throws ModelError TENSOR_MALFORMED when a reference makes no sense
 */
export function resolveExternalData(model: Model, files: ExternalFiles): Model {
  requireExternalSize(model);
  const loaded = new Map<string, Uint8Array | undefined>();
  const load = (location: string): Uint8Array | undefined => {
    if (!loaded.has(location)) loaded.set(location, files(location));
    return loaded.get(location);
  };
  return mapTensors(model, (proto) => {
    const place = externalDataOf(proto);
    return place ? embedded(proto, place, load(place.location)) : proto;
  });
}

/**
 * Refuses models whose external values together reach the size limit of a model file.
 *
 * @throws ModelError EXTERNAL_DATA_TOO_LARGE
 */
export function requireExternalSize(model: Model): void {
  const external = allTensors(model).filter(hasExternalData);
  const total = external.reduce((sum, proto) => sum + tensorBytes(proto), 0);
  if (total < MAX_MODEL_BYTES) return;
  const message = `External data must be smaller than ${MAX_MODEL_BYTES} bytes in total, got ${total}`;
  throw new ModelError('EXTERNAL_DATA_TOO_LARGE', message);
}

function embedded(proto: TensorProto, place: ExternalData, file: Uint8Array | undefined): TensorProto {
  const { location, offsetBytes } = place;
  const lengthBytes = place.lengthBytes ?? tensorBytes(proto);
  const name = proto.name ?? '';
  if (!file) throw missing(name, `Tensor ${name} must have its values in file ${location}, got no such file`);
  if (offsetBytes + lengthBytes > file.length) {
    const message = `Tensor ${name} must have bytes ${offsetBytes} to ${offsetBytes + lengthBytes} of file ${location}, got a file of ${file.length} bytes`;
    throw missing(name, message);
  }
  if (lengthBytes !== tensorBytes(proto)) {
    throw malformed(proto, `must have ${tensorBytes(proto)} bytes in file ${location}`, String(lengthBytes));
  }
  const rawData = file.subarray(offsetBytes, offsetBytes + lengthBytes);
  return withFields(proto, { rawData, externalData: [], dataLocation: undefined });
}

function byteCount(proto: TensorProto, key: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw malformed(proto, `must have a whole number of bytes as ${key} of its external data`, JSON.stringify(text));
}

function malformed(proto: TensorProto, expected: string, got: string): ModelError {
  const name = proto.name ?? '';
  return new ModelError('TENSOR_MALFORMED', `Tensor ${name} ${expected}, got ${got}`, { place: { value: name } });
}

function missing(name: string, message: string): ModelError {
  return new ModelError('EXTERNAL_DATA_MISSING', message, { place: { value: name } });
}
