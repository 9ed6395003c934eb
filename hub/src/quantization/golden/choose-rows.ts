import type { ClassPredictions, ModelPredictions, NumberPredictions } from '../../store/model-rows.ts';
import { classMargins } from './class-margins.ts';
import { FEWEST_ROWS } from './golden.ts';

/** Distance between the two largest probabilities from which on no processor names another class. */
const CLEAR_MARGIN = 0.5;
/** Two probabilities that each move by the tolerance change places within twice of it; twice that is safe. */
const SAFE_TOLERANCES = 4;

/** Margin below which another processor may rightly name another class. */
export function safeMargin(tolerance: number): number {
  return Math.min(CLEAR_MARGIN, SAFE_TOLERANCES * tolerance);
}

/**
 * Places of rows that show what a model says: of classes clear ones of all that are predicted, of numbers some from the
 * whole range.
 *
 * @param wanted groups of which one row each shall be among them, where one can be
 */
export function chooseRows(
  predictions: ModelPredictions,
  wanted: readonly (readonly number[])[],
  { count, tolerance }: { readonly count: number; readonly tolerance: number },
): number[] {
  const most = Math.min(count, predictions.rows);
  if (predictions.kind === 'number') {
    const first = wanted.flatMap((rows) => rows.slice(0, 1)).slice(0, most);
    const across = acrossRange(predictions, most - first.length);
    return [...new Set([...first, ...across, ...predictions.values.keys()])].slice(0, most);
  }
  const order = classesInTurn(predictions, tolerance);
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

function classesInTurn(predictions: ClassPredictions, tolerance: number): number[] {
  const groups = groupByClass(clearRows(classMargins(predictions), tolerance), predictions.classIndex);
  const turns = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => turn).flatMap((turn) =>
    groups.flatMap((group) => group.slice(turn, turn + 1)),
  );
}

/** Clear ones; where these are too few safe ones, and where those are the clearest there are, the clearest first. */
function clearRows(margins: readonly number[], tolerance: number): readonly number[] {
  const above = (least: number) => (row: number) => (margins[row] ?? 0) >= least;
  const clear = [...margins.keys()].filter(above(CLEAR_MARGIN));
  if (clear.length >= FEWEST_ROWS) return clear;
  const clearest = [...margins.keys()].sort((a, b) => (margins[b] ?? 0) - (margins[a] ?? 0));
  const safe = clearest.filter(above(safeMargin(tolerance)));
  return safe.length >= FEWEST_ROWS ? safe : clearest.slice(0, FEWEST_ROWS);
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
