import type { GraphEngine } from '../../graph-engine.ts';
import type { ModelRows, Target } from '../../store/model-rows.ts';
import type { Network } from '../network/network.ts';
import { prepareRows } from '../preparation/prepare-rows.ts';
import type { Objective } from '../trainer/objective.ts';
import type { TrainingRows } from './batches.ts';

/** Prepares all rows once, by the very nodes the finished model has, so that no training step has to. */
export async function trainingRows(
  engine: GraphEngine,
  { preparation, preparedDims }: Network,
  rows: ModelRows,
  objective: Objective,
): Promise<TrainingRows> {
  const values = await prepareRows(engine, { model: preparation, dims: preparedDims }, rows);
  return { rows: rows.rows, dims: preparedDims, values, labels: labelsOf(rows.target, objective) };
}

function labelsOf(target: Target, objective: Objective): TrainingRows['labels'] {
  if (objective.kind === 'reconstruction') return undefined;
  if (target.kind === 'classes') return target.labels;
  if (objective.kind === 'classes') return undefined;
  const { mean, deviation } = objective;
  return target.values.map((value) => (value - mean) / deviation);
}
