import type { TensorSpec } from '@edgeloop/protocol';
import { rowDims } from '../../../input-kind.ts';
import type { Prediction } from '../../../reading.ts';
import { datatypeOf, writeBinary } from './datatypes.ts';
import type { InferRequest } from './infer-request.ts';
import type { ServedModel } from './served-model.ts';

/** An answer: JSON, and behind it the outputs that were asked for in binary. */
export interface InferAnswer {
  readonly json: object;
  readonly binary: readonly Buffer[];
}

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

/** Inference Response for the predictions of one request, in row order. */
export function inferResponse(
  request: InferRequest,
  served: ServedModel,
  predictions: readonly Prediction[],
): InferAnswer {
  const binary: Buffer[] = [];
  const outputs = request.outputs.flatMap(({ name, isBinary }): object[] => {
    const spec = served.signature.outputs.find((output) => output.name === name);
    if (spec === undefined) return [];
    const datatype = datatypeOf(spec.elementType);
    const elements = predictions[0]?.outputs[name]?.length ?? 0;
    const head = { name, datatype, shape: [predictions.length, ...rowDims(spec.dims, elements)] };
    const data = predictions.flatMap((prediction) => prediction.outputs[name] ?? []);
    if (!isBinary) return [{ ...head, data: datatype === 'BOOL' ? data.map(Boolean) : data }];
    const bytes = writeBinary(datatype, data);
    binary.push(bytes);
    return [{ ...head, parameters: { binary_data_size: bytes.length } }];
  });
  const json = {
    model_name: served.model,
    model_version: String(served.version),
    id: request.id,
    parameters: { prediction_ids: predictions.map((prediction) => prediction.id).join(',') },
    outputs,
  };
  return { json, binary };
}

function tensorMetadata({ name, elementType, dims }: TensorSpec): object {
  return { name, datatype: datatypeOf(elementType), shape: dims };
}
