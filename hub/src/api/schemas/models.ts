import { z } from '@hono/zod-openapi';
import type { ColumnProfile, DatasetRecord } from '../../store/dataset-store.ts';
import type { EpochFigures, JobMetrics, StepFigures } from '../../store/job-metrics-store.ts';
import { JOB_KINDS, type JobCheckpoint, type JobProgress, type JobRecord } from '../../store/job-store.ts';
import type { ClassMetrics, Metrics, NumberMetrics } from '../../store/metrics/metrics.ts';
import { ModelInspectionSchema } from '../../store/model-inspection.ts';
import type {
  AliasMove,
  ModelRecord,
  TrainedVersion,
  UploadedVersion,
  VariantRecord,
  VersionRecord,
} from '../../store/model-store.ts';
import { RUN_STATES, type RunRecord } from '../../store/run-store.ts';

const ms = z.number().int();
const causeSchema = z.object({ kind: z.enum(['request', 'retraining']), ref: z.string() });
const errorSchema = z.object({ code: z.string(), message: z.string() });
const datasetRefSchema = z.object({ name: z.string(), version: z.number().int(), digest: z.string() });

const columnSchema: z.ZodType<ColumnProfile> = z
  .object({
    name: z.string(),
    kind: z.enum(['number', 'category', 'text', 'time', 'identifier', 'image']),
    count: z.number().int(),
    missing: z.number().int(),
    distinct: z.number().int(),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    mean: z.number().exactOptional(),
    standardDeviation: z.number().exactOptional(),
    levels: z.record(z.string(), z.number().int()).exactOptional(),
    unit: z.string().exactOptional(),
    image: z.object({ height: z.number().int(), width: z.number().int(), channels: z.number().int() }).exactOptional(),
  })
  .openapi('Column');

export const datasetSchema: z.ZodType<DatasetRecord> = z
  .object({
    name: z.string(),
    version: z.number().int(),
    digest: z.string(),
    createdMs: ms,
    rows: z.number().int(),
    sizeBytes: z.number().int(),
    columns: z.array(columnSchema),
    label: z.string().nullable(),
    classes: z.array(z.string()),
    origin: z.string(),
    parents: z.array(z.object({ kind: z.enum(['file', 'dataset', 'samples']), ref: z.string() })),
    cleaning: z.array(
      z.object({
        rule: z.string(),
        column: z.string().nullable(),
        rows: z.number().int(),
        files: z.array(z.string()).exactOptional(),
      }),
    ),
  })
  .openapi('Dataset');

export const progressSchema: z.ZodType<JobProgress> = z
  .object({
    share: z.number().min(0).max(1),
    stage: z.string().max(200),
    figures: z.record(z.string().max(64), z.number()),
  })
  .openapi('JobProgress');

const jobCheckpointSchema: z.ZodType<JobCheckpoint> = z
  .object({
    digest: z.string(),
    sizeBytes: z.number().int(),
    epoch: z.number().int(),
    step: z.number().int(),
    atMs: ms,
  })
  .openapi('JobCheckpoint');

const whole = z.number().int().min(0);

const stepFiguresSchema: z.ZodType<StepFigures> = z
  .object({ step: whole, epoch: whole, loss: z.number(), learningRate: z.number(), samplesPerSecond: z.number() })
  .openapi('StepFigures');

const epochFiguresSchema: z.ZodType<EpochFigures> = z
  .object({
    epoch: whole,
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
  from: z.object({ step: whole, epoch: whole }).optional().openapi({
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
    leaseUntilMs: ms.nullable(),
    progress: progressSchema.nullable(),
    result: z.unknown(),
    error: errorSchema.nullable(),
    checkpoint: jobCheckpointSchema.nullable(),
    createdMs: ms,
    updatedMs: ms,
  })
  .openapi('Job');

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
    createdMs: ms,
    updatedMs: ms,
    progress: progressSchema.nullable(),
    checkpoint: jobCheckpointSchema.nullable(),
  })
  .openapi('Run');

const share = z.number().min(0).max(1);

const classMetricsSchema: z.ZodType<ClassMetrics> = z
  .object({
    task: z.enum(['classification', 'anomaly']),
    rows: whole,
    accuracy: share,
    accuracyLow: share,
    accuracyHigh: share,
    balancedAccuracy: share,
    macroF1: share,
    logLoss: z.number(),
    rocAuc: share.nullable(),
    rocAucLow: share.nullable(),
    rocAucHigh: share.nullable(),
    perClass: z.array(z.object({ rows: whole, precision: share, recall: share, f1: share })),
    confusion: z.array(z.array(whole)),
  })
  .openapi('ClassMetrics');

const numberMetricsSchema: z.ZodType<NumberMetrics> = z
  .object({
    task: z.literal('regression'),
    rows: whole,
    rmse: z.number(),
    mae: z.number(),
    r2: z.number(),
    r2Low: z.number(),
    r2High: z.number(),
  })
  .openapi('NumberMetrics');

const metricsSchema: z.ZodType<Metrics> = z.union([classMetricsSchema, numberMetricsSchema]).openapi('Metrics');

const variantSchema: z.ZodType<VariantRecord> = z
  .object({
    name: z.string(),
    digest: z.string(),
    sizeBytes: z.number().int(),
    goldenDigest: z.string(),
    accepted: z.boolean(),
    reasons: z.array(z.string()),
    metrics: metricsSchema,
    p50Ms: z.number(),
    p95Ms: z.number(),
  })
  .openapi('Variant');

const versionCommon = {
  model: z.string(),
  version: z.number().int(),
  variants: z.array(variantSchema),
  classes: z.array(z.string()),
  features: z.array(z.string()),
  createdMs: ms,
};

const trainedVersionSchema: z.ZodType<TrainedVersion> = z
  .object({
    ...versionCommon,
    origin: z.literal('run'),
    releaseDigest: z.string(),
    signedBy: z.string(),
    evaluation: metricsSchema,
    lineage: z.object({
      runId: z.string(),
      dataset: datasetRefSchema,
      recipe: z.record(z.string(), z.unknown()),
      seed: z.number().int(),
      parentVersion: z.number().int().nullable(),
      from: z.object({ model: z.string(), version: z.number().int(), digest: z.string() }).nullable(),
      worker: z.string(),
      engine: z.string(),
      codeVersion: z.string(),
      cause: causeSchema,
    }),
    upload: z.null(),
  })
  .openapi('TrainedVersion');

const uploadedVersionSchema: z.ZodType<UploadedVersion> = z
  .object({
    ...versionCommon,
    origin: z.literal('upload'),
    releaseDigest: z.null(),
    signedBy: z.null(),
    evaluation: z.null(),
    lineage: z.null(),
    upload: z.object({
      id: z.string(),
      digest: z.string(),
      sizeBytes: z.number().int(),
      fileName: z.string(),
      description: z.string(),
      by: z.string(),
      inspection: ModelInspectionSchema.openapi('ModelInspection'),
    }),
  })
  .openapi('UploadedVersion');

export const versionRecordSchema: z.ZodType<VersionRecord> = z
  .union([trainedVersionSchema, uploadedVersionSchema])
  .openapi('Version');

const taskSchema = z.enum(['classification', 'regression', 'anomaly', 'other']);

export const modelSchema: z.ZodType<ModelRecord> = z
  .object({
    name: z.string(),
    task: taskSchema,
    description: z.string(),
    createdMs: ms,
  })
  .openapi('Model');

export const aliasMoveSchema: z.ZodType<AliasMove> = z
  .object({
    alias: z.string(),
    fromVersion: z.number().int().nullable(),
    toVersion: z.number().int().nullable(),
    cause: z.string(),
    atMs: ms,
  })
  .openapi('AliasMove');

/** A model at a glance. */
export interface ModelView extends ModelRecord {
  readonly aliases: Readonly<Record<string, number>>;
  readonly newestVersion: number | null;
  /** Version -> devices that report it as running. */
  readonly liveDevices: Readonly<Record<string, number>>;
}

export const modelViewSchema: z.ZodType<ModelView> = z
  .object({
    name: z.string(),
    task: taskSchema,
    description: z.string(),
    createdMs: ms,
    aliases: z.record(z.string(), z.number().int()),
    newestVersion: z.number().int().nullable(),
    liveDevices: z.record(z.string(), z.number().int()),
  })
  .openapi('ModelView');
