import { float32, GraphBuilder, type Model } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { rowsAtOnce } from './rows-at-once.ts';

function dense(units: number): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4]);
  const wide = graph.node('MatMul', ['x', graph.initializer('w', float32(new Float32Array(4 * units), [4, units]))]);
  graph.node('ReduceMean', [wide], { keepdims: 0 }, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch']).build();
}

test('a small model takes as many rows as there may be', () => {
  expect(rowsAtOnce(dense(8))).toBe(2_048);
});

test('values of a large one stay within 64 MiB', () => {
  // 4 inputs, 100,000 units and one result of 4 bytes each.
  expect(rowsAtOnce(dense(100_000))).toBe(Math.floor(2 ** 26 / (4 * 100_004)));
});

test('a run of one that multiplies much ends soon', () => {
  const graph = new GraphBuilder();
  const image = graph.input('x', 'float32', ['batch', 1, 200, 200]);
  const filters = graph.initializer('w', float32(new Float32Array(10 * 99 * 99), [10, 1, 99, 99]));
  graph.node('Conv', [image, filters], {}, { outputs: ['y'] });
  const model = graph.output('y', 'float32', ['batch', 10, 102, 102]).build();
  expect(rowsAtOnce(model)).toBe(Math.floor(5e9 / (10 * 99 * 99 * 102 * 102)));
});
