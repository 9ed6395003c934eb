import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import type { JobKind, JobProgress, JobRecord } from '../store/job-store.ts';
import type { Store } from '../store/store.ts';

/** Attempts of a job in a row that get no further than those before. */
export const MAX_ATTEMPTS = 3;

export interface NewJob {
  readonly kind: JobKind;
  /** JSON; the stage that made it knows its shape. */
  readonly spec: unknown;
}

/** Why a worker could not do a job. */
export interface JobFailure {
  readonly code: string;
  readonly message: string;
  /** Whether another attempt may go better. */
  readonly retryable: boolean;
}

/** A JobQueue is responsible for giving each job to one worker at a time, and again to another when that one goes silent. */
export interface JobQueue {
  /**
   * Adds a job and returns its id.
   *
   * @param within the store of the transaction in progress; outside of one, leave it out
   */
  enqueue(job: NewJob, within?: Store): Promise<string>;

  /**
   * The oldest waiting job of these kinds, now this worker's for LEASE_MS; undefined when none waits. Where another
   * worker had it before, an event says from where it goes on and why.
   */
  lease(worker: string, kinds: readonly JobKind[]): Promise<JobRecord | undefined>;

  /** Prolongs the lease. @throws RequestError LEASE_LOST when the job is no longer this worker's, CANCELLED, NOT_FOUND */
  heartbeat(id: string, worker: string, progress: JobProgress | null): Promise<void>;

  /** Keeps what the job tells of itself. @throws RequestError as `heartbeat` does */
  record(id: string, worker: string, update: JobMetricsUpdate): Promise<void>;

  /** Ends the job well. Told twice by the same worker, it stays as it is. @throws RequestError LEASE_LOST, NOT_FOUND */
  complete(id: string, worker: string, result: unknown): Promise<JobRecord>;

  /** Ends this attempt; the job waits again when that can help. @throws RequestError LEASE_LOST, NOT_FOUND */
  fail(id: string, worker: string, failure: JobFailure): Promise<JobRecord>;

  /**
   * Ends a job that waits or runs, for good; one that has ended stays as it is.
   *
   * @param within the store of the transaction in progress; outside of one, leave it out
   */
  cancel(id: string, reason: string, within?: Store): Promise<void>;

  /**
   * Lets a job that failed or was cancelled be done after all, from its checkpoint if it has one.
   *
   * @param within the store of the transaction in progress
   * @throws RequestError CONFLICT for any other job
   */
  requeue(id: string, within: Store): Promise<void>;

  /**
   * Takes jobs back from workers that are known to have ended, without waiting for their leases; returns those that
   * are failed because it was their last attempt.
   *
   * @param worker name, or its beginning
   * @param fault how the worker ended; null forgives the attempt: it was not the job that ended the worker
   */
  takeBack(worker: string, fault: NonNullable<JobRecord['error']> | null): Promise<JobRecord[]>;

  /** Ends jobs whose last worker went silent; returns them. */
  reapExpired(): Promise<JobRecord[]>;
}
