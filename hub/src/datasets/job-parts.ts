import type { JobRows, TargetSpec, WindowSpec } from '../store/job-rows.ts';
import { isMissing, type Table } from '../store/table.ts';
import { type RowSplit, splitRows } from './split-rows.ts';
import { allWindows, splitWindows } from './split-windows.ts';
import { concatTables, requireColumn } from './table-rows.ts';
import { classIndexOf } from './target-of.ts';

/** The rows of a job: places in one table, of windows those of their newest readings. */
export interface JobParts {
  /** The data set, and behind it the held-out rows where they are a table of their own. */
  readonly table: Table;
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** How the rows of a job are divided, and what for. */
export interface PartsRequest {
  readonly split: JobRows['split'];
  readonly target: TargetSpec;
  readonly windows?: WindowSpec | null | undefined;
}

/**
 * Divides rows as every job of a run does. Rows whose target is missing are in no part; a model of anomalies is made
 * with normal rows only.
 *
 * @throws RequestError INVALID_INPUT when held-out rows have other columns
 */
export function jobParts(request: PartsRequest, dataset: Table, heldOut: Table | null): JobParts {
  const { target } = request;
  const table = heldOut === null ? dataset : concatTables(dataset, heldOut);
  const { train, validation, test } = divide(request, dataset, heldOut === null ? null : table);
  const hasTarget = targetKnown(table, request);
  const isUsed = target.task === 'anomaly' ? isNormal(table, target, request.windows?.size ?? 1) : () => true;
  return {
    table,
    train: train.filter((row) => hasTarget(row) && isUsed(row)),
    validation: validation.filter((row) => hasTarget(row) && isUsed(row)),
    test: test.filter(hasTarget),
  };
}

/** Every row with a target, or every window. */
export function allPlaces(table: Table, request: Pick<PartsRequest, 'target' | 'windows'>, fromRow = 0): Int32Array {
  const { windows } = request;
  const places = windows
    ? allWindows(table, fromRow, windows)
    : Int32Array.from({ length: table.rows - fromRow }, (_, row) => fromRow + row);
  return places.filter(targetKnown(table, request));
}

/** @param joint the data set and the held-out rows behind it */
function divide({ split, target, windows }: PartsRequest, dataset: Table, joint: Table | null): RowSplit {
  const { seed, shares } = split;
  const withoutTest = { train: shares.train + shares.test, validation: shares.validation, test: 0 };
  const options = { seed, shares: joint ? withoutTest : shares, label: target.column };
  const parts = windows ? splitWindows(dataset, { ...options, windows }) : splitRows(dataset, options);
  return joint ? { ...parts, test: allPlaces(joint, { target, windows }, dataset.rows) } : parts;
}

function targetKnown(
  table: Table,
  { target, windows }: Pick<PartsRequest, 'target' | 'windows'>,
): (row: number) => boolean {
  if (target.column === null) return () => true;
  const column = requireColumn(table, target.column);
  const readings = windows?.label === 'majority' ? windows.size : 1;
  return everyReading(readings, (row) => !isMissing(column, row));
}

function isNormal(
  table: Table,
  target: Extract<TargetSpec, { task: 'anomaly' }>,
  readings: number,
): (row: number) => boolean {
  const indexAt = classIndexOf(table, target);
  // A window to learn from is normal from its first reading on, whatever windows are called by.
  return everyReading(readings, (row) => indexAt(row) === 0);
}

function everyReading(readings: number, holds: (row: number) => boolean): (newest: number) => boolean {
  return (newest) => {
    for (let row = newest; row > newest - readings; row--) if (!holds(row)) return false;
    return true;
  };
}
