import { z } from '@hono/zod-openapi';
import { CalibrationMappingSchema } from '../../store/calibration-mapping.ts';
import type { JobProgress } from '../../store/job-store.ts';
import { ModelInspectionSchema } from '../../store/model-inspection.ts';
import { UPLOAD_STATES, type UploadRecord } from '../../store/upload-store.ts';
import { datasetRefSchema } from './common.ts';
import { progressSchema } from './jobs.ts';

/** An upload, with how far its job is. */
export interface UploadView extends UploadRecord {
  readonly progress: JobProgress | null;
}

export const uploadSchema: z.ZodType<UploadView> = z
  .object({
    id: z.string(),
    model: z.string(),
    state: z.enum(UPLOAD_STATES),
    digest: z.string(),
    sizeBytes: z.number().int(),
    fileName: z.string(),
    description: z.string(),
    requestedBy: z.string(),
    quantize: z.boolean().exactOptional(),
    calibration: z.object({ dataset: datasetRefSchema, mapping: CalibrationMappingSchema }).nullable().exactOptional(),
    jobId: z.string().nullable(),
    inspection: ModelInspectionSchema.nullable().exactOptional(),
    version: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdMs: z.number().int(),
    updatedMs: z.number().int(),
    progress: progressSchema.nullable(),
  })
  .openapi('Upload');
