import { ModelError } from '../errors.ts';

/** A protobuf message, and so a model file, is smaller than this many bytes. @see ONNX ExternalData.md */
export const MAX_MODEL_BYTES: number = 2 ** 31;

/** @throws ModelError MODEL_TOO_LARGE */
export function requireModelSize(sizeBytes: number): void {
  if (sizeBytes < MAX_MODEL_BYTES) return;
  const expected = `smaller than ${MAX_MODEL_BYTES} bytes, with larger weights in external files`;
  throw new ModelError('MODEL_TOO_LARGE', `Model file must be ${expected}, got ${sizeBytes} bytes`);
}
