import type { JobRecord } from '../store/job-store.ts';

/** Of the end of a worker, whose message cannot say what it was at. */
const CODES_OF_ENDS: ReadonlySet<string> = new Set(['JOB_FAILED', 'OUT_OF_MEMORY']);

/** Why a job was not done; where its worker ended, with the stage that the job was in. */
export function jobFailure({
  id,
  state,
  error,
  progress,
}: Pick<JobRecord, 'id' | 'state' | 'error' | 'progress'>): NonNullable<JobRecord['error']> {
  if (error === null) return { code: 'JOB_FAILED', message: `job ${id} was ${state}` };
  if (!progress || !CODES_OF_ENDS.has(error.code)) return error;
  return { ...error, message: `${error.message} (stage: ${progress.stage})` };
}
