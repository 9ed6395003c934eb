import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { JobQueue } from './job-queue.ts';

const INTERVAL_MS = 5_000;

/** Ends jobs whose last worker went silent, for as long as the hub runs. */
export class JobReaper {
  readonly #queue: JobQueue;
  readonly #log: Logger;
  readonly #onEnded: (job: JobRecord) => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(queue: JobQueue, log: Logger, onEnded: (job: JobRecord) => Promise<void>) {
    this.#queue = queue;
    this.#log = log;
    this.#onEnded = onEnded;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping = this.sweep();
    }, INTERVAL_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** One look at all leases. Never rejects: the next one comes soon. */
  async sweep(): Promise<void> {
    try {
      for (const job of await this.#queue.reapExpired()) await this.#onEnded(job);
    } catch (error) {
      this.#log.error({ cause: messageOf(error) }, 'expired leases are not looked at');
    }
  }
}
