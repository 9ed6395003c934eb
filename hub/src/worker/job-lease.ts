import { HubError, type HubErrorCode, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import type { JobProgress } from '../store/job-store.ts';
import type { CheckpointPlace } from './job-context.ts';
import { MetricsOutbox } from './metrics-outbox.ts';
import { isUnreachable } from './patience.ts';
import type { WorkerClient } from './worker-client.ts';

/** Well within the hub's lease of 30 s, so that a few lost heartbeats do no harm. */
export const HEARTBEAT_MS = 5_000;

const ENDS_THE_LEASE: ReadonlySet<HubErrorCode> = new Set(['LEASE_LOST', 'CANCELLED', 'NOT_FOUND']);

/**
 * One job while it is this worker's: beats for it, carries its progress, and is aborted when another has it.
 *
 * Inference blocks the event loop for one batch at a time, so the timer keeps its turn.
 */
export class JobLease {
  readonly signal: AbortSignal;
  readonly #client: WorkerClient;
  readonly #jobId: string;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  readonly #metrics = new MetricsOutbox();
  #progress: JobProgress | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isBeating = false;

  constructor(client: WorkerClient, jobId: string, stopping: AbortSignal, log: Logger) {
    this.#client = client;
    this.#jobId = jobId;
    this.#log = log;
    this.signal = AbortSignal.any([this.#abort.signal, stopping]);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#beat().catch((error: unknown) => this.#abort.abort(error));
    }, HEARTBEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The first word of a new stage goes out at once, the rest with the next heartbeat. */
  report(progress: JobProgress): void {
    const isNewStage = progress.stage !== this.#progress?.stage;
    this.#progress = progress;
    if (isNewStage) this.#beat().catch((error: unknown) => this.#abort.abort(error));
  }

  /** Takes figures along with the next heartbeat. */
  record(update: JobMetricsUpdate): void {
    this.#metrics.add(update);
  }

  /** Tells the figures that wait. */
  async flush(): Promise<void> {
    await this.#metrics.send((update) => this.#client.record(this.#jobId, update));
  }

  /** Keeps a checkpoint, the figures up to it first: a later attempt tells only what comes behind. */
  async keepCheckpoint(pieces: readonly Uint8Array[], place: CheckpointPlace): Promise<void> {
    try {
      await this.flush();
      await this.#client.putCheckpoint(this.#jobId, pieces, place);
    } catch (error) {
      if (!(error instanceof HubError) || ENDS_THE_LEASE.has(error.code)) throw error;
      this.#log.warn({ jobId: this.#jobId, ...place, reason: messageOf(error) }, 'checkpoint not kept');
    }
  }

  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await this.flush();
      await this.#client.heartbeat(this.#jobId, this.#progress);
    } catch (error) {
      if (error instanceof HubError && ENDS_THE_LEASE.has(error.code)) throw error;
      // The lease outlives some lost heartbeats; when it does not, the next answer says so.
      this.#log.warn({ jobId: this.#jobId, reason: messageOf(error) }, 'heartbeat not delivered');
      if (!isUnreachable(error)) throw error;
    } finally {
      this.#isBeating = false;
    }
  }
}
