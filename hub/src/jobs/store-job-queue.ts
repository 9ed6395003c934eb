import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import { newId } from '../store/ids.ts';
import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import type { JobKind, JobProgress, JobRecord } from '../store/job-store.ts';
import type { Store } from '../store/store.ts';
import { type JobFailure, type JobQueue, MAX_ATTEMPTS, type NewJob } from './job-queue.ts';
import { resumedEvent } from './resumed-event.ts';

/** How long a worker may stay silent before its job goes to another. */
export const LEASE_MS = 30_000;

/** The JobQueue in the hub's database. */
export class StoreJobQueue implements JobQueue {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async enqueue(job: NewJob, within: Store = this.#store): Promise<string> {
    const nowMs = this.#clock.nowMs();
    const id = newId('job', nowMs);
    await within.jobs.add({ id, kind: job.kind, spec: job.spec, maxAttempts: MAX_ATTEMPTS }, nowMs);
    return id;
  }

  async lease(worker: string, kinds: readonly JobKind[]): Promise<JobRecord | undefined> {
    if (kinds.length === 0) return undefined;
    const nowMs = this.#clock.nowMs();
    return this.#store.transaction(async (within) => {
      const before = await within.jobs.next(kinds, nowMs);
      if (before === undefined) return undefined;
      const job = await within.jobs.lease(before.id, worker, nowMs + LEASE_MS, nowMs);
      const event = job && (await resumedEvent(within, before, job));
      if (event) await within.events.add(event, nowMs);
      return job;
    });
  }

  async heartbeat(id: string, worker: string, progress: JobProgress | null): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const isHeld = await this.#store.jobs.heartbeat(id, worker, progress, nowMs + LEASE_MS, nowMs);
    if (!isHeld) throw await this.#leaseLost(id, worker);
  }

  async record(id: string, worker: string, update: JobMetricsUpdate): Promise<void> {
    await this.heartbeat(id, worker, null);
    await this.#store.transaction((within) => within.jobMetrics.add(id, update));
  }

  async complete(id: string, worker: string, result: unknown): Promise<JobRecord> {
    const job = await this.#store.jobs.finish(id, worker, { state: 'done', result }, this.#clock.nowMs());
    if (job) return job;
    // The answer to the first try may have been lost on its way.
    const known = await this.#store.jobs.find(id);
    if (known?.state === 'done' && isDeepStrictEqual(known.result, result)) return known;
    throw await this.#leaseLost(id, worker);
  }

  async fail(id: string, worker: string, failure: JobFailure): Promise<JobRecord> {
    const { code, message, retryable } = failure;
    const before = await this.#store.jobs.find(id);
    const again = retryable && before !== undefined && before.attempt < before.maxAttempts;
    const end = { state: again ? 'queued' : 'failed', error: { code, message } } as const;
    const job = await this.#store.jobs.finish(id, worker, end, this.#clock.nowMs());
    if (!job) throw await this.#leaseLost(id, worker);
    return job;
  }

  async cancel(id: string, reason: string, within: Store = this.#store): Promise<void> {
    await within.jobs.cancel(id, { code: 'CANCELLED', message: reason }, this.#clock.nowMs());
  }

  async requeue(id: string, within: Store): Promise<void> {
    if (await within.jobs.requeue(id, MAX_ATTEMPTS, this.#clock.nowMs())) return;
    const state = (await within.jobs.find(id))?.state ?? 'unknown';
    throw new RequestError('CONFLICT', `job ${id} is ${state}, and only one that failed or was cancelled can go on`);
  }

  async takeBack(worker: string, fault: NonNullable<JobRecord['error']> | null): Promise<JobRecord[]> {
    const jobs = await this.#store.jobs.takeBack(worker, fault, this.#clock.nowMs());
    return jobs.filter((job) => job.state === 'failed');
  }

  async reapExpired(): Promise<JobRecord[]> {
    return this.#store.jobs.failExpired(this.#clock.nowMs());
  }

  async #leaseLost(id: string, worker: string): Promise<RequestError> {
    const job = await this.#store.jobs.find(id);
    if (!job) return new RequestError('NOT_FOUND', `no job ${id}`);
    if (job.state === 'cancelled') return new RequestError('CANCELLED', `job ${id} is ${job.error?.message}`);
    return new RequestError('LEASE_LOST', `job ${id} is ${job.state} and not leased by ${worker}`);
  }
}
