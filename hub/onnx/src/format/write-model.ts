import { onnx } from '#onnx';
import type { Model } from './messages.ts';

/** The file of a model. Equal models give equal bytes. */
export function writeModel(model: Model): Uint8Array {
  return onnx.ModelProto.encode(model as unknown as onnx.ModelProto.$Properties).finish();
}
