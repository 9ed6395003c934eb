import type { GraphEngine } from '../graph-engine.ts';
import type { JobProgress } from '../store/job-store.ts';
import type { Table } from '../store/table.ts';

/** What a job may use while it runs. */
export interface JobContext {
  readonly engine: GraphEngine;
  readonly workerName: string;
  /** Aborted when the job is no longer this worker's, or the worker stops. */
  readonly signal: AbortSignal;
  /** With fractions of a millisecond, from any start. */
  nowMs(): number;
  /** Tells the hub at the next heartbeat. */
  progress(progress: JobProgress): void;
  table(digest: string): Promise<Table>;
  blob(digest: string): Promise<Uint8Array>;
  /** Keeps bytes at the hub and returns their digest. */
  putBlob(bytes: Uint8Array): Promise<string>;
}

/** Does one kind of job: a checked spec in, a result out. */
export type JobHandler = (spec: unknown, context: JobContext) => Promise<unknown>;
