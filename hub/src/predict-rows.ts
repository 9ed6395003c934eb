import { OutsideError } from './errors.ts';
import type { GraphRunner } from './graph-engine.ts';
import { MOST_ROWS_AT_ONCE } from './rows-at-once.ts';
import type { LabelledRows, Predictions } from './store/labelled-rows.ts';

/** Names of the inputs and outputs of every classifier the hub makes. */
export const CLASSIFIER_VALUES = {
  features: 'features',
  probabilities: 'probabilities',
  classIndex: 'class_index',
} as const;

/**
 * What a classifier says about every row.
 *
 * @param atOnce rows in one run; `rowsAtOnce` tells how many a large model takes
 * @throws OutsideError MODEL_INVALID when it has other outputs
 */
export async function predictRows(
  runner: GraphRunner,
  input: Pick<LabelledRows, 'rows' | 'features' | 'classes' | 'values'>,
  atOnce: number = MOST_ROWS_AT_ONCE,
): Promise<Predictions> {
  const [features, classes] = [input.features.length, input.classes.length];
  const probabilities = new Float32Array(input.rows * classes);
  const classIndex = new Int32Array(input.rows);
  for (let start = 0; start < input.rows; start += atOnce) {
    const data = input.values.subarray(start * features, (start + atOnce) * features);
    const dims = [data.length / features, features];
    const outputs = await runner.run({ [CLASSIFIER_VALUES.features]: { type: 'float32', dims, data } });
    const shares = outputs[CLASSIFIER_VALUES.probabilities]?.data;
    const indices = outputs[CLASSIFIER_VALUES.classIndex]?.data;
    if (!(shares instanceof Float32Array) || !(indices instanceof BigInt64Array)) {
      throw new OutsideError('MODEL_INVALID', 'expected outputs probabilities and class_index, got others');
    }
    if (shares.length !== (dims[0] ?? 0) * classes) {
      throw new OutsideError(
        'MODEL_INVALID',
        `expected ${classes} probabilities a row, got ${shares.length / (dims[0] ?? 1)}`,
      );
    }
    probabilities.set(shares, start * classes);
    classIndex.set(Int32Array.from(indices, Number), start);
  }
  return { rows: input.rows, probabilities, classIndex };
}
