import type { z } from 'zod';
import { OutsideError } from '../errors.ts';
import type { JobRecord } from '../store/job-store.ts';

/** What a job gave, in the shape its stage promises. @throws OutsideError DATA_INVALID */
export function readResult<T>(job: JobRecord, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(job.result);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first === undefined ? 'result' : ['result', ...first.path].join('.');
  throw new OutsideError('DATA_INVALID', `job ${job.id} (${job.kind}), ${where}: ${first?.message ?? 'not readable'}`);
}
