import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { serveRounds } from '../serve-rounds.ts';
import { tfjsCnn } from '../tfjs-cnn.ts';
import { LEARNING_RATE, TASKS } from './training-task.ts';

type Task = 'mlp' | 'cnn';

/** The peer in the same language: TensorFlow.js on its plain backend. */
async function main(task: Task): Promise<void> {
  await tf.setBackend('cpu');
  const model = task === 'mlp' ? mlp() : tfjsCnn();
  model.compile({ optimizer: tf.train.adam(LEARNING_RATE), loss: 'sparseCategoricalCrossentropy' });
  const { batch } = TASKS[task];
  const shape = task === 'mlp' ? [batch, TASKS.mlp.sizes[0]] : [batch, TASKS.cnn.size, TASKS.cnn.size, 1];
  const x = tf.randomUniform(shape, -1, 1);
  const y = tf.floor(tf.randomUniform([batch, 1], 0, 10));
  await serveRounds(async (steps) => {
    for (let step = 0; step < steps; step++) await model.trainOnBatch(x, y);
    return {};
  });
}

function mlp(): layers.Sequential {
  const [features, ...sizes] = TASKS.mlp.sizes;
  const model = layers.sequential();
  for (const [index, units] of sizes.entries()) {
    const activation = index === sizes.length - 1 ? 'softmax' : 'relu';
    model.add(layers.layers.dense({ units, activation, ...(index === 0 ? { inputShape: [features] } : {}) }));
  }
  return model;
}

await main(process.argv[2] as Task);
