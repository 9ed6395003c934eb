import type { ModelRecord, UploadedVersion } from '@edgeloop/hub';
import { recordedQuantization } from './recorded-quantization.ts';

/** A model of which there is only a version that was uploaded. */
export function recordedUploadedModel(nowMs: number): unknown {
  const model: ModelRecord = { name: 'text-direction', task: 'classification', description: '', createdMs: nowMs };
  return { model, aliases: {}, versions: [recordedUpload(nowMs)], moves: [] };
}

function recordedUpload(nowMs: number): UploadedVersion {
  return {
    ...{ origin: 'upload', model: 'text-direction', version: 1, createdMs: nowMs - 500_000 },
    ...{ releaseDigest: null, signedBy: null, evaluation: null, lineage: null },
    ...{ variants: [], classes: [], features: [], quantization: recordedQuantization('agreement') },
    upload: {
      ...{ id: 'upload_1', digest: 'f'.repeat(64), sizeBytes: 578_966, fileName: 'direction.onnx' },
      ...{ description: 'Which way up a line of text is', by: 'administrator' },
      inspection: {
        inputs: [{ name: 'x', type: 'float32', dims: ['batch', 3, null, null] }],
        outputs: [{ name: 'softmax_0.tmp_0', type: 'float32', dims: ['batch', 2] }],
        ...{ producer: 'PaddlePaddle', activationBytes: 4_096, openSizes: ['batch'] },
        ...{ irVersion: 8, opsets: { '': 9 }, operators: { Conv: 53, Clip: 18, MatMul: 1, Softmax: 1 } },
        ...{ parameterCount: 135_000, weightBytes: 540_000, multiplyAdds: 1_200_000, unestimatedOperators: [] },
        ...{ notDifferentiable: ['Clip'], headless: null, engine: 'onnxruntime-node 1.30.0 cpu' },
        head: { node: 'fc (MatMul)', units: 200, classes: 2 },
      },
    },
  };
}
