import '@tensorflow/tfjs-backend-cpu';
import { exportLayersModel } from '@edgeloop/hub';
import { writeModel } from '@edgeloop/onnx';
import * as ort from 'onnxruntime-node';
import { serveRounds } from '../serve-rounds.ts';
import { tfjsCnn } from '../tfjs-cnn.ts';
import { TASKS } from '../training/training-task.ts';

/** Our side: the exported network on ONNX Runtime, one thread. */
async function main(batch: number): Promise<void> {
  const { model } = exportLayersModel(tfjsCnn(), { inputs: ['x'] });
  const session = await ort.InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { size } = TASKS.cnn;
  const pixels = Float32Array.from({ length: batch * size * size }, () => 2 * Math.random() - 1);
  const x = new ort.Tensor('float32', pixels, [batch, size, size, 1]);
  await serveRounds(async (calls) => {
    for (let call = 0; call < calls; call++) await session.run({ x });
    return {};
  });
}

await main(Number(process.argv[2]));
