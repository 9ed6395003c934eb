import type { ClassPredictions, ModelPredictions, NumberPredictions } from '../../store/model-rows.ts';

/** Distance between the two largest probabilities; below it another processor may rightly name another class. */
const CLEAR_MARGIN = 0.5;

/**
 * Places of rows that show what a model says: of classes clear ones of all that are predicted, of numbers some from the
 * whole range.
 *
 * @param wanted groups of which one row each shall be among them, where one can be
 */
export function chooseRows(
  predictions: ModelPredictions,
  wanted: readonly (readonly number[])[],
  count: number,
): number[] {
  const most = Math.min(count, predictions.rows);
  if (predictions.kind === 'number') {
    const first = wanted.flatMap((rows) => rows.slice(0, 1)).slice(0, most);
    return [...new Set([...first, ...acrossRange(predictions, most - first.length)])];
  }
  const order = classesInTurn(predictions);
  const clear = new Set(order);
  const first = wanted.flatMap((rows) => rows.filter((row) => clear.has(row)).slice(0, 1));
  return [...new Set([...first, ...order])].slice(0, most);
}

function acrossRange({ rows, values }: NumberPredictions, count: number): number[] {
  const byValue = Array.from({ length: rows }, (_, row) => row).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const chosen = Math.min(count, rows);
  const step = chosen > 1 ? (rows - 1) / (chosen - 1) : 0;
  return Array.from({ length: chosen }, (_, index) => byValue[Math.round(index * step)] ?? 0);
}

function classesInTurn({ rows, probabilities, classIndex }: ClassPredictions): number[] {
  const classes = probabilities.length / Math.max(1, rows);
  const margins = Array.from({ length: rows }, (_, row) => {
    const shares = [...probabilities.subarray(row * classes, (row + 1) * classes)].sort((a, b) => b - a);
    return (shares[0] ?? 0) - (shares[1] ?? 0);
  });
  const clear = [...margins.keys()].filter((row) => (margins[row] ?? 0) >= CLEAR_MARGIN);
  // A model that is never sure still needs a self-test: its clearest rows.
  const clearest = [...margins.keys()].sort((a, b) => (margins[b] ?? 0) - (margins[a] ?? 0));
  const groups = groupByClass(clear.length > 0 ? clear : clearest, classIndex);
  const turns = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => turn).flatMap((turn) =>
    groups.flatMap((group) => group.slice(turn, turn + 1)),
  );
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
