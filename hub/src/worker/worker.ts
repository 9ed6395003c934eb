import { OnnxError } from '@edgeloop/onnx';
import { ZodError } from 'zod';
import { HubError, messageOf, RequestError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import type { Logger } from '../log.ts';
import { JOB_KINDS, type JobKind, type JobRecord } from '../store/job-store.ts';
import { isOutOfMemory } from '../training/trainer/training-faults.ts';
import { handleEvaluate } from './evaluate-handler.ts';
import type { Heartbeats } from './heartbeat/heartbeats.ts';
import { handleInspect } from './inspect-handler.ts';
import type { JobContext, JobHandler } from './job-context.ts';
import { JobLease } from './job-lease.ts';
import { isUnreachable, pause, untilReached } from './patience.ts';
import { handleQuantize } from './quantize-handler.ts';
import { StoppableEngine } from './stoppable-engine.ts';
import { TableCache } from './table-cache.ts';
import { handleTrain } from './train-handler.ts';
import type { WorkerClient } from './worker-client.ts';

const HANDLERS: Readonly<Record<JobKind, JobHandler>> = {
  train: handleTrain,
  quantize: handleQuantize,
  evaluate: handleEvaluate,
  inspect: handleInspect,
};

// The next job of a run often follows at once; an idle worker asks once a second.
const FIRST_IDLE_MS = 50;
const LONGEST_IDLE_MS = 1_000;

export interface WorkerParts {
  readonly client: WorkerClient;
  readonly heartbeats: Heartbeats;
  readonly engine: GraphEngine;
  readonly log: Logger;
  /** With fractions of a millisecond, from any start. */
  readonly nowMs: () => number;
}

/** Takes jobs from the hub, one at a time, and does them. */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #stopping = new AbortController();
  readonly #tables = new TableCache();
  #running: Promise<void> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Ends when `stop` is called; rejects with RequestError UNAUTHENTICATED or FORBIDDEN when the hub refuses the token. */
  get done(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Gives a job in progress back to the hub and ends. */
  async stop(): Promise<void> {
    this.#stopping.abort(new RequestError('CONFLICT', 'the worker stops'));
    // Why it ended is for whoever waits for `done`.
    await this.#running?.catch(() => undefined);
    await this.#parts.heartbeats.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { client, log } = this.#parts;
    let idleMs = FIRST_IDLE_MS;
    let isReached = true;
    while (!signal.aborted) {
      const job = await client.lease(JOB_KINDS).catch((error: unknown) => {
        if (!isUnreachable(error)) throw error;
        if (isReached) log.warn({ reason: messageOf(error) }, 'the hub cannot be reached; trying again');
        return error as HubError;
      });
      isReached = !(job instanceof Error);
      if (job === undefined || job instanceof Error) {
        await pause(idleMs, signal);
        idleMs = Math.min(LONGEST_IDLE_MS, idleMs * 2);
      } else {
        await this.#do(job);
        idleMs = FIRST_IDLE_MS;
      }
    }
  }

  async #do(job: JobRecord): Promise<void> {
    const { client, log, nowMs } = this.#parts;
    const lease = new JobLease(job.id, { ...this.#parts, stopping: this.#stopping.signal });
    const startMs = nowMs();
    lease.start();
    try {
      const result = await HANDLERS[job.kind](job.spec, this.#contextOf(job, lease));
      await lease.tell();
      await untilReached(() => client.complete(job.id, result), lease.signal);
      log.info({ jobId: job.id, kind: job.kind, seconds: (nowMs() - startMs) / 1000 }, 'job done');
    } catch (error) {
      await this.#giveUp(job, error, lease);
    } finally {
      lease.stop();
    }
  }

  async #giveUp(job: JobRecord, error: unknown, lease: JobLease): Promise<void> {
    const { client, log } = this.#parts;
    if (isLost(error)) {
      log.warn({ jobId: job.id, reason: messageOf(error) }, 'job abandoned');
      return;
    }
    const failure = failureOf(error, this.#stopping.signal.aborted);
    log.warn({ jobId: job.id, kind: job.kind, ...failure }, 'job not done');
    try {
      // A stopping worker has no time to wait for the hub: the lease runs out by itself.
      if (this.#stopping.signal.aborted) await client.fail(job.id, failure);
      else await untilReached(() => client.fail(job.id, failure), lease.signal);
    } catch (cause) {
      log.warn({ jobId: job.id, reason: messageOf(cause) }, 'the hub did not hear that the job ended');
    }
  }

  #contextOf(job: JobRecord, lease: JobLease): JobContext {
    const { client, engine, nowMs } = this.#parts;
    const blob = (digest: string) => untilReached(() => client.blob(digest), lease.signal);
    return {
      jobId: job.id,
      engine: new StoppableEngine(engine, lease.signal),
      nowMs,
      checkpoint: job.checkpoint,
      keepCheckpoint: (pieces, place) => lease.keepCheckpoint(pieces, place),
      record: (update) => lease.record(update),
      workerName: client.worker,
      signal: lease.signal,
      progress: (progress) => lease.report(progress),
      blob,
      readBlob: (digest, read) => untilReached(() => client.readBlob(digest, read), lease.signal),
      table: (digest) => this.#tables.get(digest, blob),
      putBlob: (bytes) => untilReached(() => client.putBlob(bytes), lease.signal),
    };
  }
}

function isLost(error: unknown): boolean {
  return error instanceof HubError && (error.code === 'LEASE_LOST' || error.code === 'CANCELLED');
}

/** The hub takes no longer ones. */
const LONGEST_MESSAGE = 2_000;

/** What the hub is told; only what may go better elsewhere or later is tried again. */
function failureOf(error: unknown, isStopping: boolean): { code: string; message: string; retryable: boolean } {
  if (isStopping) return { code: 'JOB_FAILED', message: 'the worker was stopped', retryable: true };
  if (error instanceof ZodError) {
    const message = `job spec: ${error.message}`.slice(0, LONGEST_MESSAGE);
    return { code: 'INVALID_INPUT', message, retryable: false };
  }
  const message = messageOf(error).slice(0, LONGEST_MESSAGE);
  // Another attempt would need as much.
  if (isOutOfMemory(error)) return { code: 'OUT_OF_MEMORY', message, retryable: false };
  if (error instanceof OnnxError) return { code: 'MODEL_INVALID', message, retryable: false };
  if (error instanceof HubError) {
    const retryable = error.code === 'DIGEST_MISMATCH' || error.code === 'UNREACHABLE';
    return { code: error.code, message, retryable };
  }
  return { code: 'INTERNAL', message, retryable: true };
}
