import { measure } from '../evaluation/metrics.ts';
import { predictRows } from '../predict-rows.ts';
import { modelReference } from '../training/reference/model-reference.ts';
import { referenceColumns } from '../training/reference/reference-columns.ts';
import type { TrainResult } from '../training/train-job.ts';
import type { JobContext } from './job-context.ts';
import type { LoadedModelRows } from './job-rows.ts';

/**
 * What a finished model says about rows it was not trained on, and what it saw when it was made.
 *
 * @param atOnce rows in one run
 */
export async function judgeModel(
  model: Uint8Array,
  atOnce: number,
  rows: LoadedModelRows,
  context: Pick<JobContext, 'engine'>,
): Promise<Pick<TrainResult, 'reference' | 'validation'>> {
  const { task } = rows.target;
  const unseen = rows.validation.rows > 0 ? rows.validation : rows.train;
  const judgedBy = rows.test.rows > 0 ? rows.test : unseen;
  const runner = await context.engine.open(model);
  try {
    const predictions = await predictRows(runner, unseen, task, atOnce);
    const tested = judgedBy === unseen ? predictions : await predictRows(runner, judgedBy, task, atOnce);
    const reference = modelReference({
      columns: referenceColumns(rows.table, rows.madeWith, rows.inputs),
      seen: await predictRows(runner, rows.seen, task, atOnce),
      unseen: { predictions, target: unseen.target },
      metrics: measure(tested, judgedBy.target),
    });
    return { reference, validation: measure(predictions, unseen.target) };
  } finally {
    await runner.close();
  }
}
