import { expect, test } from 'vitest';
import { tf } from './tensorflow.ts';

test.each([1, 3])('a gradient goes through a tensor that is taken apart into %i', (parts) => {
  const gradient = tf.grad((x) => tf.sum(tf.square(tf.addN(tf.unstack(x, 1)))));
  const x = tf.ones([2, parts, 2]);
  expect([...gradient(x).dataSync()]).toEqual(new Array(4 * parts).fill(2 * parts));
});

test('a recurrent layer learns from sequences of one step', async () => {
  const layers = [tf.layers.gru({ units: 2, inputShape: [1, 3] }), tf.layers.dense({ units: 1 })];
  const model = tf.sequential({ layers });
  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
  const loss = await model.trainOnBatch(tf.ones([2, 1, 3]), tf.ones([2, 1]));
  expect(loss).toBeGreaterThan(0);
});
