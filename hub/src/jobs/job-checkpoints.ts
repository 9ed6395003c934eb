import type { Clock } from '../clock.ts';
import { OutsideError, RequestError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { checkpointHeadBytes, checkpointOwner } from '../store/checkpoint-codec.ts';
import type { JobStore } from '../store/job-store.ts';
import type { Store } from '../store/store.ts';
import { type JobQueue, MAX_ATTEMPTS } from './job-queue.ts';

/** A checkpoint as a worker sends it. */
export interface SentCheckpoint {
  readonly digest: string;
  /** Where training stands: the epoch in progress, from 1, and the steps done in all. */
  readonly epoch: number;
  readonly step: number;
  readonly maxBytes: number;
}

/** Bytes that tell how long the head of a checkpoint is. */
const PREFIX_BYTES = 8;

export interface JobCheckpointsParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/**
 * Keeps the newest checkpoint of each job, and drops those before it.
 *
 * A job names at most two blobs: the newest, and the one it took the place of, which is dropped with the next. So
 * whenever the hub is killed nothing is named that is not there, and nothing stays that is not named.
 */
export class JobCheckpoints {
  readonly #parts: JobCheckpointsParts;

  constructor(parts: JobCheckpointsParts) {
    this.#parts = parts;
  }

  /**
   * @throws RequestError LEASE_LOST, CANCELLED, NOT_FOUND as a heartbeat does; INVALID_INPUT for bytes that are no
   *   checkpoint of this job
   */
  async keep(jobId: string, worker: string, sent: SentCheckpoint, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { blobs, queue, store, clock } = this.#parts;
    // Before the bytes: a worker without the lease need not send them.
    await queue.heartbeat(jobId, worker, null);
    const { digest, epoch, step, maxBytes } = sent;
    const sizeBytes = await blobs.putStream(bytes, { digest, maxBytes });
    await this.#checkOwner(jobId, digest);
    const before = await store.jobs.checkpoints(jobId);
    if (before.superseded !== null && before.superseded !== digest) await blobs.delete(before.superseded);
    const newest = { digest, sizeBytes, epoch, step, atMs: clock.nowMs() };
    const old = before.newest?.digest ?? null;
    const superseded = old === digest ? null : old;
    const furthest = before.furthestStep ?? before.newest?.step ?? 0;
    const kept = { newest, superseded, furthestStep: Math.max(furthest, step) };
    // An attempt that got further than all before it shows that the job can be done: it does not count.
    const attemptsBehind = step > furthest ? MAX_ATTEMPTS : undefined;
    if (await store.jobs.setCheckpoints(jobId, kept, { owner: worker, attemptsBehind })) return;
    if (digest !== old) await blobs.delete(digest);
    // It says what has become of the lease meanwhile.
    await queue.heartbeat(jobId, worker, null);
  }

  /** Forgets what the job has kept; once more changes nothing. */
  async drop(jobId: string): Promise<void> {
    const { blobs, store } = this.#parts;
    const { newest, superseded } = await store.jobs.checkpoints(jobId);
    for (const digest of [newest?.digest, superseded]) if (digest) await blobs.delete(digest);
    await store.jobs.setCheckpoints(jobId, NO_CHECKPOINTS);
  }

  /** What is dropped later must never be a blob that somebody else names. */
  async #checkOwner(jobId: string, digest: string): Promise<void> {
    const { blobs } = this.#parts;
    try {
      const size = checkpointHeadBytes(await blobs.range(digest, 0, PREFIX_BYTES));
      const owner = checkpointOwner(await blobs.range(digest, 0, size));
      if (owner !== jobId) throw new OutsideError('DATA_INVALID', `checkpoint: expected one of ${jobId}, got ${owner}`);
    } catch (cause) {
      if (!(cause instanceof OutsideError) || cause.code !== 'DATA_INVALID') throw cause;
      throw new RequestError('INVALID_INPUT', cause.message, { cause });
    }
  }
}

const NO_CHECKPOINTS: Awaited<ReturnType<JobStore['checkpoints']>> = { newest: null, superseded: null };
