import { RequestError } from '../errors.ts';
import type { TargetSpec, WindowSpec } from '../store/job-rows.ts';
import { ANOMALY_CLASSES, type Target } from '../store/model-rows.ts';
import { type CodedColumn, type Column, isCoded, type NumberColumn, type Table } from '../store/table.ts';
import { codedColumn, requireColumn } from './table-rows.ts';

type WindowLabels = Pick<WindowSpec, 'size' | 'label'>;

/**
 * What a model shall say of these rows.
 *
 * @param windows how a window comes to its class; the number of a window is always that of its newest reading
 * @throws RequestError INVALID_INPUT when the column is not there, of another kind, or holds a class it should not
 */
export function targetOf(
  table: Table,
  places: ArrayLike<number>,
  target: TargetSpec,
  windows: WindowLabels | null,
): Target {
  if (target.task === 'regression') return numberTarget(table, places, target.column);
  if (target.task === 'anomaly' && target.column === null) {
    return { kind: 'classes', classes: ANOMALY_CLASSES, labels: new Int32Array(places.length) };
  }
  const indexAt = classIndexOf(table, target);
  const labels = Int32Array.from(places, (row) => windowed(row, indexAt, windows));
  return { kind: 'classes', classes: classesOf(table, target), labels };
}

/** Classes of a model with this target; of one with numbers none. */
export function classesOf(table: Table, target: TargetSpec): readonly string[] {
  if (target.task === 'regression') return [];
  if (target.task === 'anomaly') return ANOMALY_CLASSES;
  return target.classes.length > 0 ? target.classes : classColumn(table, target.column).levels;
}

/**
 * Place of the true class of a row among those of the target.
 *
 * @throws RequestError INVALID_INPUT; the function returned too, where a row has none of the classes
 */
export function classIndexOf(
  table: Table,
  target: Exclude<TargetSpec, { task: 'regression' }>,
): (row: number) => number {
  if (target.column === null) return () => 0;
  const column = classColumn(table, target.column);
  const classes = classesOf(table, target);
  const indices = column.levels.map((level) =>
    target.task === 'anomaly' ? Number(!target.normal.includes(level)) : classes.indexOf(level),
  );
  return (row) => {
    const index = indices[column.codes[row] ?? -1] ?? -1;
    if (index >= 0) return index;
    const got = column.levels[column.codes[row] ?? -1] ?? 'nothing';
    throw new RequestError(
      'INVALID_INPUT',
      `label column ${JSON.stringify(column.name)}: ${got} is none of the classes`,
      { details: { column: column.name, got, classes } },
    );
  };
}

function windowed(newest: number, indexAt: (row: number) => number, windows: WindowLabels | null): number {
  if (windows?.label !== 'majority') return indexAt(newest);
  const counts = new Map<number, number>();
  // From the newest on, so that of equally many the class that was there last counts.
  for (let row = newest; row > newest - windows.size; row--) {
    const index = indexAt(row);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const [most] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  return most;
}

function numberTarget(table: Table, places: ArrayLike<number>, name: string): Target {
  const numberAt = numbersOf(requireColumn(table, name));
  const values = Float32Array.from(places, (row) => {
    const value = numberAt(row);
    if (Number.isFinite(Math.fround(value))) return value;
    const expected = 'expected a number that is one as float32';
    throw new RequestError(
      'INVALID_INPUT',
      `label column ${JSON.stringify(name)}, row ${row}: ${expected}, got ${value}`,
      {
        details: { column: name, row },
      },
    );
  });
  return { kind: 'number', column: name, values };
}

/** Numbers that were imported as classes are numbers all the same. */
function numbersOf(column: Column): (row: number) => number {
  if (column.kind === 'number') return (row) => column.values[row] ?? Number.NaN;
  if (!isCoded(column)) throw wrongKind(column, 'numbers');
  const numbers = column.levels.map(Number);
  if (numbers.some(Number.isNaN)) throw wrongKind(column, 'numbers');
  return (row) => numbers[column.codes[row] ?? -1] ?? Number.NaN;
}

function classColumn(table: Table, name: string): CodedColumn {
  const column = requireColumn(table, name);
  if (isCoded(column)) return column;
  if (column.kind === 'number') return classesFromNumbers(column);
  throw wrongKind(column, 'classes');
}

function classesFromNumbers({ name, values }: NumberColumn): CodedColumn {
  const texts = Array.from(values, (value) => (Number.isNaN(value) ? null : String(value)));
  return codedColumn(name, 'category', texts);
}

function wrongKind({ name, kind }: Column, expected: string): RequestError {
  const message = `label column ${JSON.stringify(name)} must hold ${expected}, got a column of kind ${kind}`;
  return new RequestError('INVALID_INPUT', message, { details: { column: name, kind } });
}
