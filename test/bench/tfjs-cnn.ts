import * as layers from '@tensorflow/tfjs-layers';
import { TASKS } from './training/training-task.ts';

/** The network of the task `cnn`, as Keras writes it: images with channels last, classes behind a softmax. */
export function tfjsCnn(): layers.Sequential {
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
