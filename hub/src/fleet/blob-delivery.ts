import { setTimeout as delay } from 'node:timers/promises';
import { BlobChunk, ChunkBitmap, digestHex, type ProblemCode, ProtocolError, topics, Want } from '@edgeloop/protocol';
import type { Broker } from '../broker/broker.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { BlobStore } from '../store/blob-store.ts';

export interface BlobDeliveryParts {
  readonly broker: Broker;
  readonly blobs: BlobStore;
  readonly log: Logger;
  /** Whether this device may have this blob. */
  isOffered(deviceId: string, digest: string): Promise<boolean>;
  refuse(refusal: { deviceId: string; code: ProblemCode; message: string }): Promise<void>;
}

/** Devices of one wave ask within moments of each other; who asks within this time shares one transmission. */
export const GATHER_MS = 50;
const SMALLEST_CHUNK_BYTES = 16 * 1024;
const LARGEST_CHUNK_BYTES = 1024 * 1024;
/** A subscriber that has not taken a chunk by then is left behind; the next chunk goes out to the others. */
const PATIENCE_MS = 250;
/** Bounds what may pile up in memory behind a subscriber that has stopped reading. */
const MOST_IN_FLIGHT = 32;

interface Delivery {
  readonly digest: string;
  readonly chunkBytes: number;
  readonly sizeBytes: number;
  readonly missing: Set<number>;
}

/** Sends blobs to devices in chunks. What several devices lack goes out once for all of them. */
export class BlobDelivery {
  readonly #parts: BlobDeliveryParts;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(parts: BlobDeliveryParts) {
    this.#parts = parts;
  }

  /** Takes a Want. Never rejects; chunks go out later. */
  async want(deviceId: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#take(deviceId, Want.decode(bytes));
    } catch (error) {
      const isTheirs = error instanceof ProtocolError;
      if (!isTheirs) this.#parts.log.error({ deviceId, cause: messageOf(error) }, 'a wish for chunks is not granted');
      await this.#parts.refuse({
        deviceId,
        code: isTheirs && error.code === 'UNSUPPORTED_PROTOCOL_VERSION' ? error.code : 'MALFORMED_MESSAGE',
        message: isTheirs ? messageOf(error) : 'the wish for chunks is not granted',
      });
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #take(deviceId: string, { digest: digestBytes, chunkBytes, missing }: Want): Promise<void> {
    const digest = digestHex(digestBytes);
    if (!(await this.#parts.isOffered(deviceId, digest))) {
      const message = `wants blob ${digest}, which is no part of what it should run`;
      return this.#parts.refuse({ deviceId, code: 'UNKNOWN_RELEASE', message });
    }
    if (chunkBytes < SMALLEST_CHUNK_BYTES || chunkBytes > LARGEST_CHUNK_BYTES) {
      const message = `chunkBytes must be from ${SMALLEST_CHUNK_BYTES} to ${LARGEST_CHUNK_BYTES}, got ${chunkBytes}`;
      return this.#parts.refuse({ deviceId, code: 'CHUNK_INVALID', message });
    }
    const sizeBytes = (await this.#parts.blobs.size(digest)) ?? 0;
    const wanted = ChunkBitmap.fromMissingBytes(missing, Math.ceil(sizeBytes / chunkBytes)).missing();
    const key = `${digest} ${chunkBytes}`;
    const delivery = this.#deliveries.get(key) ?? { digest, chunkBytes, sizeBytes, missing: new Set() };
    for (const index of wanted) delivery.missing.add(index);
    if (!this.#deliveries.has(key) && !this.#stopping.signal.aborted) this.#run(key, delivery);
  }

  #run(key: string, delivery: Delivery): void {
    this.#deliveries.set(key, delivery);
    const running = this.#deliver(key, delivery)
      .catch((error) => {
        if (this.#stopping.signal.aborted) return;
        this.#parts.log.error({ digest: delivery.digest, cause: messageOf(error) }, 'a blob is not delivered');
      })
      .finally(() => {
        if (this.#deliveries.get(key) === delivery) this.#deliveries.delete(key);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  async #deliver(key: string, delivery: Delivery): Promise<void> {
    const { signal } = this.#stopping;
    const inFlight = new Set<Promise<unknown>>();
    await delay(GATHER_MS, undefined, { signal });
    // Whatever is added meanwhile comes last, and is met by this same loop.
    for (const index of delivery.missing) {
      if (signal.aborted) break;
      delivery.missing.delete(index);
      const sent = this.#send(delivery, index).finally(() => inFlight.delete(sent));
      inFlight.add(sent);
      await within(PATIENCE_MS, sent);
      if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight);
    }
    // From here on a new wish starts a new delivery; nothing may be added to one that has ended.
    this.#deliveries.delete(key);
    await Promise.all(inFlight);
  }

  async #send({ digest, chunkBytes, sizeBytes }: Delivery, index: number): Promise<void> {
    const start = index * chunkBytes;
    const data = await this.#parts.blobs.range(digest, start, Math.min(start + chunkBytes, sizeBytes));
    const payload = BlobChunk.encode({ data });
    await this.#parts.broker.publish(topics.chunk.build(digest, index), payload, { qos: 0, retain: false });
  }
}

/** Waits for `work`, but no longer than `limitMs`. */
function within(limitMs: number, work: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
