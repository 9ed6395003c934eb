import { FIRST_SCHEDULE_STATE, type ScheduleState } from '@edgeloop/onnx';
import { z } from 'zod';
import type { EpochFigures } from '../../store/job-metrics-store.ts';

/** Where a training stands, beside its tensors. With them, everything that the next step depends on. */
export interface TrainingProgress {
  /** The epoch in progress, from 1. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly batch: number;
  /** State of the random generator before it dealt this epoch. */
  readonly random: number;
  /** Sum of the losses of the batches that are done. */
  readonly lossSum: number;
  /** Of the epochs that are done. */
  readonly curve: readonly EpochFigures[];
  /** The epoch with the lowest validation loss; null before the first. */
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  readonly schedule: ScheduleState;
  /** Time in the training loop so far. */
  readonly seconds: number;
}

export const EpochFiguresSchema = z.object({
  epoch: z.int(),
  trainLoss: z.number(),
  validationLoss: z.number(),
  validationAccuracy: z.number().exactOptional(),
  validationBalancedAccuracy: z.number().exactOptional(),
  validationR2: z.number().exactOptional(),
});

/** Checks progress that comes from a checkpoint. */
export const TrainingProgressSchema: z.ZodType<TrainingProgress> = z.object({
  epoch: z.int().min(1),
  batch: z.int().min(0),
  random: z.int().min(0),
  lossSum: z.number(),
  curve: z.array(EpochFiguresSchema),
  best: z.object({ epoch: z.int(), loss: z.number() }).nullable(),
  schedule: z.object({ share: z.number(), best: z.number().nullable(), badFigures: z.int() }),
  seconds: z.number(),
});

export function firstProgress(random: number): TrainingProgress {
  return {
    ...{ epoch: 1, batch: 0, random, lossSum: 0, curve: [], best: null },
    ...{ schedule: FIRST_SCHEDULE_STATE, seconds: 0 },
  };
}
