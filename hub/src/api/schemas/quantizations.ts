import { z } from '@hono/zod-openapi';
import { CalibrationMappingSchema } from '../../store/calibration-mapping.ts';
import type { JobProgress } from '../../store/job-store.ts';
import { QuantizationReportSchema } from '../../store/quantization-report.ts';
import { QUANTIZATION_STATES, type QuantizationRecord } from '../../store/quantization-store.ts';
import { QuantizationGoalsSchema } from '../../store/recipe/recipe.ts';
import type { CalibrationWish, QuantizationWish } from '../pipeline-actions.ts';
import { datasetRefSchema, errorSchema, unixMsSchema } from './common.ts';
import { progressSchema } from './jobs.ts';
import { uploadVariantSchema, variantSchema } from './models.ts';
import { nameSchema } from './names.ts';

/** A quantization, with how far its job is. */
export interface QuantizationView extends QuantizationRecord {
  readonly progress: JobProgress | null;
}

export const quantizationSchema: z.ZodType<QuantizationView> = z
  .object({
    id: z.string(),
    model: z.string(),
    version: z.number().int(),
    state: z.enum(QUANTIZATION_STATES),
    goals: QuantizationGoalsSchema,
    profiles: z.array(z.string()),
    dataset: datasetRefSchema.nullable(),
    publish: z.boolean(),
    requestedBy: z.string(),
    jobId: z.string().nullable(),
    variants: z.array(z.union([variantSchema, uploadVariantSchema])),
    report: QuantizationReportSchema.nullable(),
    publishedVersion: z.number().int().nullable(),
    wasPublished: z
      .boolean()
      .optional()
      .openapi({ description: 'Whether the published version was there already, with the same forms' }),
    error: errorSchema.nullable(),
    createdMs: unixMsSchema,
    updatedMs: unixMsSchema,
    progress: progressSchema.nullable(),
  })
  .openapi('Quantization');

const share = z.number().min(0).max(1);

const goalsSchema: z.ZodType<NonNullable<QuantizationWish['goals']>> = z
  .strictObject({
    maxAccuracyDrop: share.exactOptional(),
    maxRelativeDrop: share.exactOptional(),
    maxSizeShare: share.exactOptional(),
    maxSizeBytes: z.number().int().min(1).exactOptional(),
    maxLatencyShare: z.number().positive().max(100).exactOptional(),
  })
  // The generator of the document takes exactOptional for required.
  .openapi({ description: 'What is left out is as the recipe has it, or usual', required: [] });

/** Rows for an uploaded model. */
export const calibrationSchema: z.ZodType<CalibrationWish> = z
  .strictObject({
    dataset: z.strictObject({ name: nameSchema, version: z.number().int().min(1).optional() }),
    mapping: CalibrationMappingSchema.optional(),
  })
  .openapi({ description: 'Only of uploaded versions: rows, and how they become the input of the model' });

export const quantizationRequestSchema = z.strictObject({
  profiles: z
    .array(z.string())
    .min(1)
    .optional()
    .openapi({ description: 'Firmware profiles; by default those of the enrolled devices, without any all there are' }),
  goals: goalsSchema.optional(),
  publish: z.boolean().default(false).openapi({ description: 'Make the forms a version of their own' }),
  calibration: calibrationSchema.optional(),
});
