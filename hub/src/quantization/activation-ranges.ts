import { exposeActivations, type Model, planQuantization, type ValueRange, writeModel } from '@edgeloop/onnx';
import { OutsideError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import { CLASSIFIER_VALUES } from '../predict-rows.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';

/** Smallest and largest value of everything that static quantization turns into integers, over calibration rows. */
export async function activationRanges(
  model: Model,
  rows: LabelledRows,
  engine: GraphEngine,
): Promise<ReadonlyMap<string, ValueRange>> {
  const names = planQuantization(model).activations;
  const ranges = new Map(names.map((name) => [name, { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }]));
  const exposed = exposeActivations(model, names);
  const atOnce = rowsAtOnce(exposed);
  const runner = await engine.open(writeModel(exposed));
  try {
    const features = rows.features.length;
    for (let start = 0; start < rows.rows; start += atOnce) {
      const data = rows.values.subarray(start * features, (start + atOnce) * features);
      const dims = [data.length / features, features];
      const outputs = await runner.run({ [CLASSIFIER_VALUES.features]: { type: 'float32', dims, data } });
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
