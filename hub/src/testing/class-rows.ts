import { defaultInputs } from '../datasets/default-inputs.ts';
import type { ImportedTable } from '../datasets/import-table.ts';
import { modelRows } from '../datasets/model-rows.ts';
import { splitRows } from '../datasets/split-rows.ts';
import type { TargetSpec } from '../store/job-rows.ts';
import type { ModelRows } from '../store/model-rows.ts';
import { DEFAULT_SPLIT, type SplitShares } from '../store/recipe/recipe.ts';

export interface ClassRows {
  readonly train: ModelRows;
  readonly validation: ModelRows;
  readonly test: ModelRows;
}

/** The rows of a data set that tell its classes apart, divided. */
export function classRows(
  { table, description }: Pick<ImportedTable, 'table' | 'description'>,
  seed: number,
  shares: SplitShares = DEFAULT_SPLIT,
): ClassRows {
  const column = description.label ?? '';
  const split = splitRows(table, { seed, shares, label: column });
  const target: TargetSpec = { task: 'classification', column, classes: [...description.classes] };
  const reading = { inputs: defaultInputs(table, { target }), target };
  const rows = (places: Int32Array): ModelRows => modelRows(table, places, reading);
  return { train: rows(split.train), validation: rows(split.validation), test: rows(split.test) };
}
