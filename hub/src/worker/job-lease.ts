import { HubError, type HubErrorCode, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import type { JobProgress } from '../store/job-store.ts';
import { HEARTBEAT_MS, type Heartbeats } from './heartbeat/heartbeats.ts';
import type { CheckpointPlace } from './job-context.ts';
import { MetricsOutbox } from './metrics-outbox.ts';
import { isUnreachable, untilReached } from './patience.ts';
import type { WorkerClient } from './worker-client.ts';

const ENDS_THE_LEASE: ReadonlySet<HubErrorCode> = new Set(['LEASE_LOST', 'CANCELLED', 'NOT_FOUND']);

export interface JobLeaseParts {
  readonly client: WorkerClient;
  readonly heartbeats: Heartbeats;
  readonly log: Logger;
  /** Aborted when the worker stops. */
  readonly stopping: AbortSignal;
}

/** One job while it is this worker's: its progress and figures reach the hub, and it is aborted when another has it. */
export class JobLease {
  readonly signal: AbortSignal;
  readonly #parts: JobLeaseParts;
  readonly #jobId: string;
  readonly #abort = new AbortController();
  readonly #metrics = new MetricsOutbox();
  #stage: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTelling = false;

  constructor(jobId: string, parts: JobLeaseParts) {
    this.#jobId = jobId;
    this.#parts = parts;
    this.signal = AbortSignal.any([this.#abort.signal, parts.stopping]);
  }

  start(): void {
    this.#parts.heartbeats.hold(this.#jobId, {
      onLost: (error) => this.#abort.abort(error),
      // The lease outlives some lost heartbeats; when it does not, the next answer says so.
      onUndelivered: (reason) => this.#parts.log.warn({ jobId: this.#jobId, reason }, 'heartbeat not delivered'),
    });
    this.#timer = setInterval(() => this.#tellFigures(), HEARTBEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#parts.heartbeats.release();
  }

  /** The first word of a new stage goes out at once, the rest with the next heartbeat. */
  report(progress: JobProgress): void {
    const isNewStage = progress.stage !== this.#stage;
    this.#stage = progress.stage;
    this.#parts.heartbeats.progress(progress, isNewStage);
    if (isNewStage) this.#tellFigures();
  }

  /** Takes figures along every few seconds. */
  record(update: JobMetricsUpdate): void {
    this.#metrics.add(update);
  }

  /** Tells everything that waits. */
  async tell(): Promise<void> {
    await untilReached(() => this.#flush(), this.signal);
    await this.#parts.heartbeats.tell();
  }

  /** Keeps a checkpoint, the figures up to it first: a later attempt tells only what comes behind. */
  async keepCheckpoint(pieces: readonly Uint8Array[], place: CheckpointPlace): Promise<void> {
    try {
      await this.#flush();
      await this.#parts.client.putCheckpoint(this.#jobId, pieces, place);
    } catch (error) {
      if (!(error instanceof HubError) || ENDS_THE_LEASE.has(error.code)) throw error;
      this.#parts.log.warn({ jobId: this.#jobId, ...place, reason: messageOf(error) }, 'checkpoint not kept');
    }
  }

  #flush(): Promise<void> {
    return this.#metrics.send((update) => this.#parts.client.record(this.#jobId, update));
  }

  #tellFigures(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#flush()
      .catch((error: unknown) => {
        if (!isUnreachable(error)) this.#abort.abort(error);
      })
      .finally(() => {
        this.#isTelling = false;
      });
  }
}
