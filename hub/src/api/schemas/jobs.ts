import { z } from '@hono/zod-openapi';
import type { EpochFigures, JobMetrics, StepFigures } from '../../store/job-metrics-store.ts';
import { JOB_KINDS, type JobCheckpoint, type JobProgress, type JobRecord } from '../../store/job-store.ts';
import { errorSchema, unixMsSchema, wholeSchema } from './common.ts';

export const progressSchema: z.ZodType<JobProgress> = z
  .object({
    share: z.number().min(0).max(1),
    stage: z.string().max(200),
    figures: z.record(z.string().max(64), z.number()),
  })
  .openapi('JobProgress');

export const jobCheckpointSchema: z.ZodType<JobCheckpoint> = z
  .object({
    digest: z.string(),
    sizeBytes: z.number().int(),
    epoch: z.number().int(),
    step: z.number().int(),
    atMs: unixMsSchema,
  })
  .openapi('JobCheckpoint');

const stepFiguresSchema: z.ZodType<StepFigures> = z
  .object({
    step: wholeSchema,
    epoch: wholeSchema,
    loss: z.number(),
    learningRate: z.number(),
    samplesPerSecond: z.number(),
  })
  .openapi('StepFigures');

const epochFiguresSchema: z.ZodType<EpochFigures> = z
  .object({
    epoch: wholeSchema,
    trainLoss: z.number(),
    validationLoss: z.number(),
    validationAccuracy: z.number().exactOptional(),
    validationBalancedAccuracy: z.number().exactOptional(),
    validationR2: z.number().exactOptional(),
  })
  .openapi('EpochFigures');

const jobMetrics = { steps: z.array(stepFiguresSchema), epochs: z.array(epochFiguresSchema) };

export const jobMetricsSchema: z.ZodType<JobMetrics> = z.object(jobMetrics);

export const jobMetricsUpdateSchema = z.object({
  from: z.object({ step: wholeSchema, epoch: wholeSchema }).optional().openapi({
    description: 'What is known of these places and later ones is forgotten first',
  }),
  stride: z.number().int().min(1).openapi({ description: 'Figures of steps that this does not divide are forgotten' }),
  ...jobMetrics,
});

export const jobSchema: z.ZodType<JobRecord> = z
  .object({
    id: z.string(),
    kind: z.enum(JOB_KINDS),
    state: z.enum(['queued', 'leased', 'done', 'failed', 'cancelled']),
    spec: z.unknown(),
    attempt: z.number().int(),
    maxAttempts: z.number().int(),
    leaseOwner: z.string().nullable(),
    leaseUntilMs: unixMsSchema.nullable(),
    progress: progressSchema.nullable(),
    result: z.unknown(),
    error: errorSchema.nullable(),
    checkpoint: jobCheckpointSchema.nullable(),
    createdMs: unixMsSchema,
    updatedMs: unixMsSchema,
  })
  .openapi('Job');
