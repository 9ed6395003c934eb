import protobuf from 'protobufjs/minimal.js';
import { onnx } from '#onnx';
import type { Model } from './messages.ts';
import { requireModelSize } from './model-size.ts';
import { allTensors } from './tensors.ts';

/** Files of fewer bytes of weights are written by the writer's own means, which take up to four times their size. */
const LARGE_BYTES = 2 ** 20;
/** For names, nodes and the like of a large model; where it is not enough, the writer helps itself. */
const REST_BYTES = 2 ** 20;

/**
 * The file of a model. Equal models give equal bytes.
 *
 * @throws ModelError MODEL_TOO_LARGE
 */
export function writeModel(model: Model): Uint8Array {
  const weightBytes = allTensors(model).reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  // Looked at before encoding, which would run out of memory instead of telling.
  requireModelSize(weightBytes);
  const isLarge = weightBytes > LARGE_BYTES;
  const writer: protobuf.Writer = protobuf.Writer.create();
  if (isLarge) writer.buf = (writer.constructor as typeof protobuf.Writer).alloc(weightBytes + REST_BYTES);
  return onnx.ModelProto.encode(model as unknown as onnx.ModelProto.$Properties, writer).finish(isLarge);
}
