import { describe, expect, test } from 'vitest';
import { Batches } from './batches.ts';

const ROWS = {
  rows: 7,
  dims: [2],
  values: Float32Array.from({ length: 14 }, (_, at) => at),
  labels: new Int32Array(7),
};
for (let row = 0; row < 7; row++) ROWS.labels[row] = 100_000 + row;
const ORDER = Uint32Array.of(6, 0, 3, 1, 5, 2, 4);

describe('batches', () => {
  test('are dealt several at once, and a last one with fewer rows alone', () => {
    const batches = new Batches(ROWS, 2, 2);
    expect(batches.count).toBe(4);
    const first = batches.deal(ORDER, 0, 2);
    expect({ ...first, labels: [...(first.labels as BigInt64Array)].map(Number) }).toEqual({
      ...{ batches: 2, rows: 2 },
      values: Float32Array.of(12, 13, 0, 1, 6, 7, 2, 3),
      labels: [100_006, 100_000, 100_003, 100_001],
    });
    expect(batches.deal(ORDER, 2, 2)).toMatchObject({ batches: 1, rows: 2, values: Float32Array.of(10, 11, 4, 5) });
    expect(batches.deal(ORDER, 3, 2)).toMatchObject({ batches: 1, rows: 1, values: Float32Array.of(8, 9) });
  });

  test('of rows with many values are the same', () => {
    const size = 100;
    const values = Float32Array.from({ length: 3 * size }, (_, at) => at);
    const batches = new Batches({ rows: 3, dims: [10, 10], values, labels: Int32Array.of(0, 1, 2) }, 2, 4);
    const dealt = batches.deal(Uint32Array.of(2, 0, 1), 0, 4);
    expect([...dealt.values]).toEqual([...values.subarray(200), ...values.subarray(0, 100)]);
  });

  test('hold all rows when there are fewer than a batch has', () => {
    const batches = new Batches(ROWS, 100, 16);
    expect(batches.count).toBe(1);
    expect(batches.deal(ORDER, 0, 16)).toMatchObject({ batches: 1, rows: 7 });
  });
});
