import type { ProblemCode } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';

/** Something a device tried and was refused. */
export interface Refusal {
  /** As it calls itself: a refused connection has proven nothing. */
  readonly deviceId: string;
  readonly code: ProblemCode;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const BURST = 5;
const REFILL_MS = 60_000;
/** Names are free for anybody to invent, so only so many are counted apart. */
const MOST_KEYS = 4_096;
const EVERYBODY_ELSE = '*';

interface Bucket {
  left: number;
  filledMs: number;
  suppressed: number;
}

/**
 * Turns refusals into events for the operator. Of one kind and device: the first few, then one a minute that says how
 * many were left out, so that a device that retries for ever cannot flood the log.
 */
export class RefusalLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #buckets = new Map<string, Bucket>();

  constructor(store: Store, clock: Clock, log: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Never rejects: what was refused stays refused when the event cannot be kept. */
  async record(refusal: Refusal): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const bucket = this.#bucket(`${refusal.deviceId} ${refusal.code}`, nowMs);
    const gained = Math.floor((nowMs - bucket.filledMs) / REFILL_MS);
    if (gained > 0) {
      bucket.left = Math.min(BURST, bucket.left + gained);
      bucket.filledMs += gained * REFILL_MS;
    }
    if (bucket.left === 0) {
      bucket.suppressed++;
      return;
    }
    bucket.left--;
    const suppressed = bucket.suppressed;
    bucket.suppressed = 0;
    await this.#add(refusal, suppressed, nowMs);
  }

  #bucket(wanted: string, nowMs: number): Bucket {
    const key = this.#buckets.has(wanted) || this.#buckets.size < MOST_KEYS ? wanted : EVERYBODY_ELSE;
    const bucket = this.#buckets.get(key) ?? { left: BURST, filledMs: nowMs, suppressed: 0 };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  async #add({ deviceId, code, message, detail }: Refusal, suppressed: number, nowMs: number): Promise<void> {
    this.#log.warn({ deviceId, code, suppressed }, message);
    try {
      await this.#store.events.add(
        {
          level: 'warning',
          kind: 'device.refused',
          deviceId,
          code,
          message: `${deviceId}: ${message}`,
          detail: { ...detail, ...(suppressed === 0 ? {} : { suppressed }) },
        },
        nowMs,
      );
    } catch (error) {
      this.#log.error({ deviceId, code, cause: messageOf(error) }, 'the event of a refusal is not kept');
    }
  }
}
