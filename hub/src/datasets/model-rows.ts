import type { TargetSpec, WindowSpec } from '../store/job-rows.ts';
import type { ModelInputSpec, ModelRows } from '../store/model-rows.ts';
import type { Table } from '../store/table.ts';
import { inputRows } from './input-rows.ts';
import { targetOf } from './target-of.ts';

export interface RowReading {
  readonly inputs: readonly ModelInputSpec[];
  readonly target: TargetSpec;
  /** How windows come to their label; wanted where an input is a window. */
  readonly windows?: Pick<WindowSpec, 'size' | 'label'> | null | undefined;
}

/**
 * Rows as a model takes them: raw values, input by input.
 *
 * @param places rows of the table; of windows the row of the newest reading
 * @throws RequestError INVALID_INPUT naming the column that does not fit
 */
export function modelRows(table: Table, places: ArrayLike<number>, { inputs, target, windows }: RowReading): ModelRows {
  return {
    rows: places.length,
    inputs: inputs.map((spec) => inputRows(table, places, spec)),
    target: targetOf(table, places, target, windows ?? null),
  };
}
