import { z } from '@hono/zod-openapi';
import type { JobProgress } from '../../store/job-store.ts';
import type { UploadRecord } from '../../store/upload-store.ts';
import { progressSchema } from './jobs.ts';

/** An upload, with how far its job is. */
export interface UploadView extends UploadRecord {
  readonly progress: JobProgress | null;
}

export const uploadSchema: z.ZodType<UploadView> = z
  .object({
    id: z.string(),
    model: z.string(),
    state: z.enum(['inspecting', 'done', 'refused', 'failed']),
    digest: z.string(),
    sizeBytes: z.number().int(),
    fileName: z.string(),
    description: z.string(),
    requestedBy: z.string(),
    jobId: z.string().nullable(),
    version: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdMs: z.number().int(),
    updatedMs: z.number().int(),
    progress: progressSchema.nullable(),
  })
  .openapi('Upload');
