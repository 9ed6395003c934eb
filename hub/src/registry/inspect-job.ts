import { z } from 'zod';
import { DigestSchema } from '../store/job-rows.ts';
import { ModelInspectionSchema } from '../store/model-inspection.ts';
import type { UploadRecord } from '../store/upload-store.ts';

export const InspectSpecSchema = z.strictObject({
  uploadId: z.string(),
  model: z.string(),
  digest: DigestSchema,
});
export type InspectSpec = z.infer<typeof InspectSpecSchema>;

export const InspectResultSchema = z.object({ inspection: ModelInspectionSchema });
export type InspectResult = z.infer<typeof InspectResultSchema>;

/** What the worker needs to look at an uploaded model. */
export function inspectJobSpec({ id, model, digest }: UploadRecord): InspectSpec {
  return { uploadId: id, model, digest };
}
