import { GoldenVectors, type NamedTensor } from '@edgeloop/protocol';
import type { GraphRunner } from '../graph-engine.ts';
import { CLASSIFIER_VALUES, predictRows } from '../predict-rows.ts';
import type { LabelledRows, Predictions } from '../store/labelled-rows.ts';

const GOLDEN_ROWS = 32;
const CANDIDATES = 512;
/** Every so many candidates lack one value, so that devices prove how they fill gaps. */
const MISSING_EVERY = 16;
/** Distance between the two largest probabilities; below it another processor may rightly name another class. */
const CLEAR_MARGIN = 0.5;

/**
 * Known inputs with the outputs of this form of the model, for devices to test themselves with.
 *
 * Only rows that the form is sure about, taken from all predicted classes in turn.
 *
 * @param atOnce rows in one run
 */
export async function goldenVectors(
  runner: GraphRunner,
  rows: LabelledRows,
  tolerance: number,
  atOnce: number,
): Promise<Uint8Array> {
  const candidates = candidateRows(rows);
  const chosen = chooseRows(await predictRows(runner, candidates, atOnce), rows.classes.length);
  const features = rows.features.length;
  const values = new Float32Array(chosen.length * features);
  for (const [to, from] of chosen.entries()) {
    values.set(candidates.values.subarray(from * features, (from + 1) * features), to * features);
  }
  const input = { ...rows, rows: chosen.length, values };
  const { probabilities, classIndex } = await predictRows(runner, input, atOnce);
  const count = chosen.length;
  return GoldenVectors.encode({
    rows: count,
    inputs: [tensor(CLASSIFIER_VALUES.features, 'float32', [count, features], values)],
    outputs: [
      tensor(CLASSIFIER_VALUES.probabilities, 'float32', [count, rows.classes.length], probabilities),
      tensor(CLASSIFIER_VALUES.classIndex, 'int64', [count], BigInt64Array.from(classIndex, BigInt)),
    ],
    tolerance,
  });
}

function candidateRows(rows: LabelledRows): LabelledRows {
  const count = Math.min(CANDIDATES, rows.rows);
  const features = rows.features.length;
  const values = rows.values.slice(0, count * features);
  for (let row = 0; row < count; row += MISSING_EVERY) {
    values[row * features + ((row / MISSING_EVERY) % features)] = Number.NaN;
  }
  return { ...rows, rows: count, values, labels: rows.labels.subarray(0, count) };
}

function chooseRows({ rows, probabilities, classIndex }: Predictions, classes: number): readonly number[] {
  const margins = Array.from({ length: rows }, (_, row) => {
    const shares = [...probabilities.subarray(row * classes, (row + 1) * classes)].sort((a, b) => b - a);
    return (shares[0] ?? 0) - (shares[1] ?? 0);
  });
  const clear = [...margins.keys()].filter((row) => (margins[row] ?? 0) >= CLEAR_MARGIN);
  // A model that is never sure still needs a self-test: its clearest rows.
  const clearest = [...margins.keys()].sort((a, b) => (margins[b] ?? 0) - (margins[a] ?? 0));
  const turns = groupByClass(clear.length > 0 ? clear : clearest, classIndex);
  const chosen: number[] = [];
  for (
    let turn = 0;
    chosen.length < Math.min(GOLDEN_ROWS, rows) && turns.some((group) => turn < group.length);
    turn++
  ) {
    for (const group of turns) {
      const row = group[turn];
      if (row !== undefined && chosen.length < GOLDEN_ROWS) chosen.push(row);
    }
  }
  return chosen;
}

function groupByClass(rows: readonly number[], classIndex: Int32Array): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const index = classIndex[row] ?? 0;
    const group = groups.get(index);
    if (group === undefined) groups.set(index, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function tensor(name: string, elementType: string, dims: number[], values: Float32Array | BigInt64Array): NamedTensor {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, elementType, dims, data, strings: [] };
}
