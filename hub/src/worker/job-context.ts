import type { GraphEngine } from '../graph-engine.ts';
import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import type { JobCheckpoint, JobProgress } from '../store/job-store.ts';
import type { Table } from '../store/table.ts';

/** Where the job stands: the epoch in progress, from 1, and the steps done in all. */
export type CheckpointPlace = Pick<JobCheckpoint, 'epoch' | 'step'>;

/** What a job may use while it runs. */
export interface JobContext {
  readonly jobId: string;
  readonly engine: GraphEngine;
  readonly workerName: string;
  /** Aborted when the job is no longer this worker's, or the worker stops. */
  readonly signal: AbortSignal;
  /** With fractions of a millisecond, from any start. */
  nowMs(): number;
  /** Tells the hub at the next heartbeat. */
  progress(progress: JobProgress): void;
  /** Tells the hub with the next heartbeat; before the job ends in any case. */
  record(update: JobMetricsUpdate): void;
  /** What an earlier attempt has kept. */
  readonly checkpoint: JobCheckpoint | null;
  /**
   * Keeps a checkpoint of this job at the hub, in place of the one before. One that the hub does not take is only
   * logged, for the job must go on.
   *
   * @param pieces bytes that follow each other
   */
  keepCheckpoint(pieces: readonly Uint8Array[], place: CheckpointPlace): Promise<void>;
  table(digest: string): Promise<Table>;
  blob(digest: string): Promise<Uint8Array>;
  /**
   * Has a blob read in parts while it comes: once more from the first one where the hub was silent on the way.
   *
   * @throws OutsideError DIGEST_MISMATCH behind the last part
   */
  readBlob<T>(digest: string, read: (parts: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T>;
  /** Keeps bytes at the hub and returns their digest. */
  putBlob(bytes: Uint8Array): Promise<string>;
}

/** Does one kind of job: a checked spec in, a result out. */
export type JobHandler = (spec: unknown, context: JobContext) => Promise<unknown>;
