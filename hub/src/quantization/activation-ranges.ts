import { exposeActivations, type Model, planQuantization, type ValueRange, writeModel } from '@edgeloop/onnx';
import { OutsideError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import { inputsAtOnce, rowFeeds } from '../row-feeds.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import type { ModelRows } from '../store/model-rows.ts';

/** Smallest and largest value of everything that static quantization turns into integers, over calibration rows. */
export async function activationRanges(
  model: Model,
  rows: ModelRows,
  engine: GraphEngine,
): Promise<ReadonlyMap<string, ValueRange>> {
  const names = planQuantization(model).activations;
  const ranges = new Map(names.map((name) => [name, { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }]));
  if (names.length === 0) return ranges;
  const exposed = exposeActivations(model, names);
  const atOnce = Math.min(rowsAtOnce(exposed), inputsAtOnce(rows.inputs));
  const runner = await engine.open(writeModel(exposed));
  try {
    for (let start = 0; start < rows.rows; start += atOnce) {
      const outputs = await runner.run(rowFeeds(rows, start, atOnce));
      for (const [name, range] of ranges) widen(range, name, outputs[name]?.data);
    }
  } finally {
    await runner.close();
  }
  return ranges;
}

function widen(range: { min: number; max: number }, name: string, values: unknown): void {
  if (!(values instanceof Float32Array)) {
    throw new OutsideError('MODEL_INVALID', `expected float32 values of ${name}, got others`);
  }
  for (const value of values) {
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
  }
}
