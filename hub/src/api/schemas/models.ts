import { z } from '@hono/zod-openapi';
import type { ClassMetrics, Metrics, NumberMetrics } from '../../store/metrics/metrics.ts';
import { ModelInspectionSchema } from '../../store/model-inspection.ts';
import type {
  AliasMove,
  ModelRecord,
  TrainedVersion,
  UploadedVersion,
  UploadVariantRecord,
  VariantRecord,
  VersionRecord,
} from '../../store/model-store.ts';
import { FormQualitySchema, QuantizationReportSchema } from '../../store/quantization-report.ts';
import { causeSchema, datasetRefSchema, unixMsSchema, wholeSchema } from './common.ts';

const share = z.number().min(0).max(1);

const classMetricsSchema: z.ZodType<ClassMetrics> = z
  .object({
    task: z.enum(['classification', 'anomaly']),
    rows: wholeSchema,
    accuracy: share,
    accuracyLow: share,
    accuracyHigh: share,
    balancedAccuracy: share,
    macroF1: share,
    logLoss: z.number(),
    rocAuc: share.nullable(),
    rocAucLow: share.nullable(),
    rocAucHigh: share.nullable(),
    perClass: z.array(z.object({ rows: wholeSchema, precision: share, recall: share, f1: share })),
    confusion: z.array(z.array(wholeSchema)),
  })
  .openapi('ClassMetrics');

const numberMetricsSchema: z.ZodType<NumberMetrics> = z
  .object({
    task: z.literal('regression'),
    rows: wholeSchema,
    rmse: z.number(),
    mae: z.number(),
    r2: z.number(),
    r2Low: z.number(),
    r2High: z.number(),
  })
  .openapi('NumberMetrics');

const metricsSchema: z.ZodType<Metrics> = z.union([classMetricsSchema, numberMetricsSchema]).openapi('Metrics');

const variantCommon = {
  name: z.string(),
  format: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  digest: z.string(),
  sizeBytes: z.number().int(),
  goldenDigest: z.string(),
  accepted: z.boolean(),
  reasons: z.array(z.string()),
  p50Ms: z.number(),
  p95Ms: z.number(),
};

export const variantSchema: z.ZodType<VariantRecord> = z
  .object({ ...variantCommon, metrics: metricsSchema })
  .openapi('Variant');

export const uploadVariantSchema: z.ZodType<UploadVariantRecord> = z
  .object({ ...variantCommon, quality: FormQualitySchema })
  .openapi('UploadVariant');

const versionCommon = {
  model: z.string(),
  version: z.number().int(),
  quantization: QuantizationReportSchema.nullish(),
  classes: z.array(z.string()),
  features: z.array(z.string()),
  createdMs: unixMsSchema,
};

const trainedVersionSchema: z.ZodType<TrainedVersion> = z
  .object({
    ...versionCommon,
    origin: z.literal('run'),
    variants: z.array(variantSchema),
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
      derivedFrom: z.object({ version: z.number().int(), quantizationId: z.string() }).optional(),
    }),
    upload: z.null(),
  })
  .openapi('TrainedVersion');

const uploadedVersionSchema: z.ZodType<UploadedVersion> = z
  .object({
    ...versionCommon,
    origin: z.literal('upload'),
    variants: z.array(uploadVariantSchema),
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
      unquantized: z.string().optional(),
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
    createdMs: unixMsSchema,
  })
  .openapi('Model');

export const aliasMoveSchema: z.ZodType<AliasMove> = z
  .object({
    alias: z.string(),
    fromVersion: z.number().int().nullable(),
    toVersion: z.number().int().nullable(),
    cause: z.string(),
    atMs: unixMsSchema,
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
    createdMs: unixMsSchema,
    aliases: z.record(z.string(), z.number().int()),
    newestVersion: z.number().int().nullable(),
    liveDevices: z.record(z.string(), z.number().int()),
  })
  .openapi('ModelView');
