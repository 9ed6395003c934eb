import { expect, test } from 'vitest';
import { tf } from './tensorflow.ts';

test('rows with the same id are summed, and ids of no segment count nowhere', () => {
  const rows = tf.tensor([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
  const sums = tf.unsortedSegmentSum(rows, tf.tensor1d([2, 0, 2, 5], 'int32'), 4);
  expect(sums.arraySync()).toEqual([
    [3, 4],
    [0, 0],
    [6, 8],
    [0, 0],
  ]);
});

test('a step on vectors for very many words takes no longer than one on few', () => {
  const words = 100_000;
  const vectors = tf.variable(tf.zeros([words, 4]));
  const ids = tf.tensor1d([1, words - 1, 1], 'int32');
  const { grads } = tf.variableGrads(() => tf.sum(tf.gather(vectors, ids)), [vectors]);
  const gradient = grads[vectors.name]!.dataSync<'float32'>();
  expect([...gradient.subarray(4, 8)]).toEqual([2, 2, 2, 2]);
  expect([...gradient.subarray(-4)]).toEqual([1, 1, 1, 1]);
  expect(gradient.reduce((sum, value) => sum + value, 0)).toBe(12);
});
