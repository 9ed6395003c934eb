import { expect, test } from 'vitest';
import { tf } from './tensorflow.ts';

test('large recurrent layers are made as the library and Keras write them, without a wait', () => {
  // The library's own draw would take half an hour.
  const layer = tf.layers.lstm({ units: 700, recurrentInitializer: 'orthogonal', inputShape: [4, 4] });
  const model = tf.sequential({ layers: [layer] });
  const values = model.weights
    .find(({ originalName }) => originalName.includes('recurrent'))!
    .read()
    .dataSync();
  expect(values).toHaveLength(700 * 4 * 700);
  expect(new Set(values.slice(0, 100)).size).toBeGreaterThan(90);
  expect(Math.max(...values.slice(0, 1_000).map(Math.abs))).toBeLessThan(Math.sqrt(6 / (5 * 700)));
  model.dispose();
});
