import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import {
  externalLocations,
  MAX_MODEL_BYTES,
  type Model,
  OnnxError,
  readModel,
  requireExternalSize,
  resolveExternalData,
  UsageError,
} from '@edgeloop/onnx';
import { OutsideError, RequestError } from '../errors.ts';

/** An ONNX file on this machine. */
export interface ModelFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly model: Model;
}

/**
 * Reads an ONNX file; weights in other files stay there.
 *
 * @throws RequestError NOT_FOUND, INVALID_INPUT for what is no file, TOO_LARGE
 * @throws OutsideError MODEL_INVALID
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const bytes = await readWhole(path);
  return { path, sizeBytes: bytes.length, model: ofModel(`read ${path}`, () => readModel(bytes)) };
}

/**
 * The model with the weights that lie in files beside it. Files outside of the model's folder are refused: a model says
 * itself what is read.
 *
 * @throws RequestError INVALID_INPUT, TOO_LARGE
 * @throws OutsideError MODEL_INVALID when a file is missing or too short
 */
export async function withSideFiles({ path, model }: ModelFile): Promise<Model> {
  const what = `read the weights of ${path}`;
  const locations = ofModel(what, () => externalLocations(model));
  // Before any file is read: together they may be more than there is memory.
  ofModel(what, () => requireExternalSize(model));
  const files = new Map<string, Uint8Array>();
  for (const location of locations) {
    const file = await sideFile(dirname(path), location);
    if (file !== undefined) files.set(location, await readWhole(file));
  }
  return ofModel(what, () => resolveExternalData(model, (location) => files.get(location)));
}

/** Where a side file lies, `undefined` where there is none. @throws RequestError INVALID_INPUT outside of the folder */
export async function sideFile(folder: string, location: string): Promise<string | undefined> {
  const home = await realpath(folder);
  const path = isAbsolute(location) ? location : join(home, location);
  // Links are followed before the folder is compared, so that none leads out of it.
  const real = await realpath(path).catch(() => undefined);
  if (isInside(home, real ?? path)) return real;
  throw new RequestError(
    'INVALID_INPUT',
    `weights must lie in the folder of the model, got ${JSON.stringify(location)}`,
  );
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function readWhole(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  });
  if (!found.isFile()) {
    const kind = found.isDirectory() ? 'a folder' : 'something else';
    throw new RequestError('INVALID_INPUT', `${path} must be a file, got ${kind}`);
  }
  if (found.size >= MAX_MODEL_BYTES) {
    throw new RequestError('TOO_LARGE', `${path} must be smaller than ${MAX_MODEL_BYTES} bytes, got ${found.size}`);
  }
  return readFile(path).catch((cause) => {
    throw new OutsideError('STORAGE_FAILED', `read ${path}`, { cause });
  });
}

/**
 * What `act` gives; errors of the ONNX package become the hub's, with what was being done in front.
 *
 * @throws RequestError INVALID_INPUT, TOO_LARGE
 * @throws OutsideError MODEL_INVALID
 */
export function ofModel<Result>(what: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    const details = { code: cause.code, ...cause.place };
    if (cause instanceof UsageError) throw new RequestError('INVALID_INPUT', what, { cause, details });
    const isTooLarge = cause.code === 'MODEL_TOO_LARGE' || cause.code === 'EXTERNAL_DATA_TOO_LARGE';
    if (isTooLarge) throw new RequestError('TOO_LARGE', what, { cause, details });
    throw new OutsideError('MODEL_INVALID', what, { cause, details });
  }
}
