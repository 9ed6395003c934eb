import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { serveRounds } from './serve-rounds.ts';
import { LEARNING_RATE, TASKS } from './training-task.ts';

type Task = 'mlp' | 'cnn';

/** The peer in the same language: TensorFlow.js on its plain backend. */
async function main(task: Task): Promise<void> {
  await tf.setBackend('cpu');
  const model = task === 'mlp' ? mlp() : cnn();
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

function cnn(): layers.Sequential {
  const { size, filters, hidden, classes } = TASKS.cnn;
  const model = layers.sequential();
  for (const [index, count] of filters.entries()) {
    const input = index === 0 ? { inputShape: [size, size, 1] } : {};
    model.add(layers.layers.conv2d({ filters: count, kernelSize: 3, padding: 'same', activation: 'relu', ...input }));
    model.add(layers.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(layers.layers.flatten());
  model.add(layers.layers.dense({ units: hidden, activation: 'relu' }));
  model.add(layers.layers.dense({ units: classes, activation: 'softmax' }));
  return model;
}

await main(process.argv[2] as Task);
