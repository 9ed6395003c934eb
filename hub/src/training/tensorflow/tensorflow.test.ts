import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const program = `
  import { tf } from './src/training/tensorflow/tensorflow.ts';
  const layers = [tf.layers.lstm({ units: 2, inputShape: [4, 3] }), tf.layers.dense({ units: 1 })];
  const model = tf.sequential({ layers });
  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
  await model.fit(tf.ones([2, 4, 3]), tf.ones([2, 1]), { verbose: 0 });
  model.predict(tf.ones([1, 4, 3]));
`;

test('the library computes and trains on its plain backend without a word on the console', () => {
  const options = ['--import', 'tsx', '--conditions=@edgeloop/source', '--input-type=module', '--eval', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
