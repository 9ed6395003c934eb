import { onnx } from '#onnx';
import type { Model } from './messages.ts';
import { requireModelSize } from './model-size.ts';
import { allTensors } from './tensors.ts';

/**
 * The file of a model. Equal models give equal bytes.
 *
 * @throws ModelError MODEL_TOO_LARGE
 */
export function writeModel(model: Model): Uint8Array {
  // Looked at before encoding, which would run out of memory instead of telling.
  requireModelSize(allTensors(model).reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0));
  return onnx.ModelProto.encode(model as unknown as onnx.ModelProto.$Properties).finish();
}
