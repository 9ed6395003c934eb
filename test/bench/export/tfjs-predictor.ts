import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { serveRounds } from '../serve-rounds.ts';
import { tfjsCnn } from '../tfjs-cnn.ts';
import { TASKS } from '../training/training-task.ts';

/** The peer in the same language: TensorFlow.js on its plain backend, the numbers read as on our side. */
async function main(batch: number): Promise<void> {
  await tf.setBackend('cpu');
  const model = tfjsCnn();
  const { size } = TASKS.cnn;
  const x = tf.randomUniform([batch, size, size, 1], -1, 1);
  await serveRounds(async (calls) => {
    for (let call = 0; call < calls; call++) {
      const probabilities = model.predict(x) as tf.Tensor;
      probabilities.dataSync();
      probabilities.dispose();
    }
    return {};
  });
}

await main(Number(process.argv[2]));
