import protobuf from 'protobufjs/minimal.js';
import { onnx } from '#onnx';
import { ModelError } from '../errors.ts';
import type { Model } from './messages.ts';
import { requireModelSize } from './model-size.ts';

/** First byte of every model in ONNX's own field order; tells a cut model from a file of another kind. */
const IR_VERSION_TAG = 0x08;

/**
 * Reads an ONNX file. Unknown fields are kept and written again by `writeModel`.
 *
 * Tensors share memory with `bytes`.
 *
 * @throws ModelError MODEL_EMPTY, MODEL_TOO_LARGE, MODEL_TRUNCATED, MODEL_MALFORMED, GRAPH_MISSING
 */
export function readModel(bytes: Uint8Array): Model {
  if (bytes.length === 0) throw new ModelError('MODEL_EMPTY', 'Expected an ONNX model, got 0 bytes');
  requireModelSize(bytes.length);
  const model = decode(bytes);
  if (!model.graph) throw new ModelError('GRAPH_MISSING', 'Expected an ONNX model with a graph, got none');
  // Without these two nothing can be run; arbitrary bytes often decode as a message of unknown fields.
  if (model.irVersion == null || (model.opsetImport.length === 0 && model.irVersion.gt(3))) {
    throw new ModelError(
      'MODEL_MALFORMED',
      'Expected an ONNX model with IR version and operator sets, got at least one missing',
    );
  }
  return model as Model;
}

function decode(bytes: Uint8Array): onnx.ModelProto {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  try {
    return onnx.ModelProto.decode(reader);
  } catch (cause) {
    if (cause instanceof RangeError && bytes[0] === IR_VERSION_TAG) {
      const message = `Expected a complete ONNX model, got ${bytes.length} bytes that end inside a field`;
      throw new ModelError('MODEL_TRUNCATED', message, { cause });
    }
    if (isTooDeep(cause) && bytes[0] === IR_VERSION_TAG) {
      const message = `Expected an ONNX model with messages nested at most ${protobuf.util.recursionLimit} deep, got deeper ones`;
      throw new ModelError('MODEL_MALFORMED', message, { cause });
    }
    throw new ModelError('MODEL_MALFORMED', 'Expected an ONNX model, got bytes in another format', { cause });
  }
}

/** The decoder has no code for it. */
function isTooDeep(cause: unknown): boolean {
  return cause instanceof Error && cause.message === 'max depth exceeded';
}
