import { z } from '@hono/zod-openapi';
import type { JobCheckpoint, JobProgress } from '../../store/job-store.ts';
import { RUN_STATES, type RunRecord } from '../../store/run-store.ts';
import { causeSchema, datasetRefSchema, errorSchema, unixMsSchema } from './common.ts';
import { jobCheckpointSchema, progressSchema } from './jobs.ts';

/** A run, with how far the job of its present step is. */
export interface RunView extends RunRecord {
  readonly progress: JobProgress | null;
  /** From which training goes on, or would have; null when there is none. */
  readonly checkpoint: JobCheckpoint | null;
}

export const runSchema: z.ZodType<RunView> = z
  .object({
    id: z.string(),
    model: z.string(),
    state: z.enum(RUN_STATES),
    dataset: datasetRefSchema,
    heldOut: datasetRefSchema.nullable(),
    recentFromRow: z.number().int().nullable(),
    recipe: z.record(z.string(), z.unknown()),
    notes: z.array(z.string()).readonly().exactOptional(),
    seed: z.number().int(),
    cause: causeSchema,
    jobId: z.string().nullable(),
    trainJobId: z.string().exactOptional(),
    results: z.object({
      train: z.unknown().optional(),
      quantize: z.unknown().optional(),
      evaluate: z.unknown().optional(),
    }),
    version: z.number().int().nullable(),
    error: errorSchema.nullable(),
    createdMs: unixMsSchema,
    updatedMs: unixMsSchema,
    progress: progressSchema.nullable(),
    checkpoint: jobCheckpointSchema.nullable(),
  })
  .openapi('Run');
