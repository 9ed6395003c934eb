import { GoldenVectors } from '@edgeloop/protocol';
import { expect, test } from 'vitest';
import type { GraphRunner } from '../../graph-engine.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import { goldenRows } from './golden-rows.ts';

const ROWS = 100;

/** One number a row: 0, 1, 2... */
const rows: ModelRows = {
  rows: ROWS,
  inputs: [
    {
      spec: { name: 'features', kind: 'numbers', columns: ['reading'], dims: [1] },
      dims: [1],
      values: Float32Array.from({ length: ROWS }, (_, row) => row),
    },
  ],
  target: { kind: 'number', column: 'load', values: new Float32Array(ROWS) },
};

/** Says of every row how far it lies below the largest of its run, as dynamic quantization depends on the whole run. */
const runner: GraphRunner = {
  run: async ({ features }) => {
    const values = features!.data as Float32Array;
    const largest = Math.max(...values.filter((value) => !Number.isNaN(value)));
    const data = values.map((value) => largest - (Number.isNaN(value) ? 0 : value));
    return { value: { type: 'float32', dims: [data.length, 1], data } };
  },
  close: async () => undefined,
};

test('golden outputs are those of runs of as many rows as they say, which is how devices compute them', async () => {
  const { bytes } = await goldenRows(runner, { rows, task: 'regression', tolerance: 0.05, atOnce: 3 });
  const golden = GoldenVectors.decode(bytes);
  const [inputs, outputs] = [golden.inputs[0]!, golden.outputs[0]!].map(
    ({ data }) => new Float32Array(data.slice().buffer),
  );
  expect([golden.rows, golden.rowsPerRun]).toEqual([32, 3]);
  for (let start = 0; start < golden.rows; start += golden.rowsPerRun) {
    const data = inputs!.slice(start, start + golden.rowsPerRun);
    const { value } = await runner.run({ features: { type: 'float32', dims: [data.length, 1], data } });
    expect(outputs!.slice(start, start + golden.rowsPerRun)).toEqual(value!.data);
  }
});

test('rows that another processor may take for another class are told', async () => {
  const unsure: GraphRunner = {
    run: async ({ features }) => {
      const count = (features!.data as Float32Array).length;
      const probabilities = Float32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? 0.55 : 0.45));
      return {
        probabilities: { type: 'float32', dims: [count, 2], data: probabilities },
        class_index: { type: 'int64', dims: [count], data: new BigInt64Array(count) },
      };
    },
    close: async () => undefined,
  };
  const { rows: found, notes } = await goldenRows(unsure, {
    rows: { ...rows, target: { kind: 'classes', classes: ['a', 'b'], labels: new Int32Array(ROWS) } },
    ...{ task: 'classification', tolerance: 0.05, atOnce: 16 },
  });
  expect(found).toBe(16);
  expect(notes).toEqual([
    'of 16 of 16 golden rows the two likeliest classes lie within 0.2 of each other, as there are no clearer ones: another processor may name the other',
  ]);
});
