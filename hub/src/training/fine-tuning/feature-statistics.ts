import { type ClassifierBody, writeModel } from '@edgeloop/onnx';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import { rowsAtOnce } from '../../rows-at-once.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { TableRows } from './table-rows.ts';

/** Rows enough to know mean and deviation of a feature to a few per cent. */
const MOST_ROWS = 1_024;
const MOST_AT_ONCE = 32;

export interface FeatureStatistics {
  /** Shape [units]; so is `deviation`. */
  readonly mean: Float32Array;
  /** 1 where a feature is always the same. */
  readonly deviation: Float32Array;
}

/** Mean and deviation of what a classifier's head reads, over rows spread evenly. */
export async function featureStatistics(
  { model, features }: ClassifierBody,
  units: number,
  rows: TableRows,
  engine: GraphEngine,
): Promise<FeatureStatistics> {
  const [mean, squares] = [new Float64Array(units), new Float64Array(units)];
  let count = 0;
  const atOnce = Math.min(MOST_AT_ONCE, rowsAtOnce(model));
  const runner = await engine.open(writeModel(model));
  try {
    for (const values of batches(rows, atOnce)) {
      const dims = [values.length / rows.features.length, rows.features.length];
      const outputs = await runner.run({ [NETWORK_VALUES.features]: { type: 'float32', dims, data: values } });
      const found = outputs[features]?.data;
      if (!(found instanceof Float32Array) || found.length !== (dims[0] ?? 0) * units) {
        throw new OutsideError(
          'MODEL_INVALID',
          `expected ${units} features a row, got ${(found?.length ?? 0) / (dims[0] ?? 1)}`,
        );
      }
      for (let at = 0; at < found.length; at += units) addRow(found.subarray(at, at + units), ++count, mean, squares);
    }
  } finally {
    await runner.close();
  }
  const deviation = Float32Array.from(squares, (sum) => Math.sqrt(sum / Math.max(1, count)));
  return { mean: Float32Array.from(mean), deviation: deviation.map((value) => (value > 1e-6 ? value : 1)) };
}

/** @see Welford, Note on a method for calculating corrected sums of squares and products */
function addRow(row: Float32Array, count: number, mean: Float64Array, squares: Float64Array): void {
  for (const [unit, value] of row.entries()) {
    const before = mean[unit] ?? 0;
    const after = before + (value - before) / count;
    mean[unit] = after;
    squares[unit] = (squares[unit] ?? 0) + (value - before) * (value - after);
  }
}

function* batches({ rows, values, features }: TableRows, atOnce: number): Generator<Float32Array> {
  const size = features.length;
  const step = Math.max(1, Math.floor(rows / MOST_ROWS));
  const count = Math.min(MOST_ROWS, Math.ceil(rows / step));
  for (let start = 0; start < count; start += atOnce) {
    const batch = new Float32Array(Math.min(atOnce, count - start) * size);
    for (let row = 0; row * size < batch.length; row++) {
      const from = (start + row) * step * size;
      batch.set(values.subarray(from, from + size), row * size);
    }
    yield batch;
  }
}
