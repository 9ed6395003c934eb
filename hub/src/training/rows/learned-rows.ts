import { RequestError } from '../../errors.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import { pickRows } from '../../store/pick-rows.ts';
import type { Task } from '../../store/recipe/families.ts';

export interface SplitRows {
  readonly train: ModelRows;
  /** Rows to stop by; the training rows themselves where it has none. */
  readonly validation: ModelRows;
}

/**
 * Rows to learn from and to stop by: of anomalies the normal ones.
 *
 * @throws RequestError INVALID_INPUT when there is no column to learn from
 */
export function learnedRows({ train, validation }: SplitRows, task: Task): [ModelRows, ModelRows] {
  if (train.inputs.length === 0) {
    throw new RequestError('INVALID_INPUT', 'expected a column to learn from, got none');
  }
  const learned = task === 'anomaly' ? normalRows(train) : train;
  const unseen = task === 'anomaly' ? normalRows(validation) : validation;
  return [learned, unseen.rows > 0 ? unseen : learned];
}

function normalRows(rows: ModelRows): ModelRows {
  const { target } = rows;
  if (target.kind !== 'classes') return rows;
  const places = [...target.labels.keys()].filter((row) => target.labels[row] === 0);
  return pickRows(rows, places);
}
