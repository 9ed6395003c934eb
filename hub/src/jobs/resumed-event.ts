import type { NewEvent } from '../store/event-store.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { Store } from '../store/store.ts';

/**
 * What is told when a worker takes a job that another had before; undefined when none had, or a person asked for it.
 *
 * @param before the job as it waited, with what ended the attempt before
 */
export async function resumedEvent(within: Store, before: JobRecord, job: JobRecord): Promise<NewEvent | undefined> {
  // An attempt that is forgiven leaves its progress; what a person asks for again has none.
  if (before.attempt === 0 && before.progress === null) return undefined;
  const run = await within.runs.findByJob(job.id);
  const { checkpoint, attempt, leaseOwner: worker } = job;
  const place = checkpoint && { epoch: checkpoint.epoch, step: checkpoint.step };
  const what = run ? `run ${run.id} of ${run.model}` : `job ${job.id}`;
  const from = place ? `goes on from epoch ${place.epoch}, step ${place.step},` : 'begins again';
  const reason = reasonOf(before);
  const why = reason === undefined ? '' : `: ${reason}`;
  return {
    level: reason === undefined ? 'info' : 'warning',
    kind: run ? 'run.resumed' : 'job.resumed',
    model: run?.model ?? null,
    code: before.error?.code ?? null,
    message: `${what}: ${job.kind} ${from} on worker ${worker}, attempt ${attempt}${why}`,
    detail: { ...(run && { runId: run.id }), jobId: job.id, worker, attempt, ...place },
  };
}

function reasonOf({ error, state, leaseOwner }: JobRecord): string | undefined {
  if (error) return error.message;
  return state === 'leased' ? `worker ${leaseOwner} went silent` : undefined;
}
