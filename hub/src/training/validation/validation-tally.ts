import type { EpochFigures } from '../../store/job-metrics-store.ts';
import type { TrainingRows } from '../rows/batches.ts';

/** What validation says of an epoch: a loss for all, and what else can be told of this kind of output. */
export type ValidationFigures = Omit<EpochFigures, 'epoch' | 'trainLoss'>;

/** Prepared rows, and what they are called. */
export type TalliedRows = Pick<TrainingRows, 'rows' | 'values' | 'labels'>;

/** Adds up how far a network's outputs are from what they should be, rows coming batch by batch. */
export interface ValidationTally {
  /** @param outputs of these rows, row-major */
  add(outputs: Float32Array, rows: TalliedRows): void;
  figures(): ValidationFigures;
}
