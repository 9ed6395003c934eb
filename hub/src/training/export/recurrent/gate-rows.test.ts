import { expect, test } from 'vitest';
import { fromGateRows, toGateRows } from './gate-rows.ts';

/** Keras has i f c o, ONNX i o f c. */
const LSTM = { inputs: 2, units: 1, order: [0, 3, 1, 2] };

test('columns of a kernel become rows in the order of the operator', () => {
  // Rows of the kernel: [i f c o] of the first input, then of the second one.
  expect([...toGateRows(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), LSTM)]).toEqual([1, 5, 4, 8, 2, 6, 3, 7]);
});

test('rows of the operator become the same kernel again', () => {
  const kernel = Float32Array.from({ length: 3 * 3 * 4 }, (_, at) => at);
  const rows = { inputs: 3, units: 4, order: [2, 0, 1] };
  expect(fromGateRows(toGateRows(kernel, rows), rows)).toEqual(kernel);
});
