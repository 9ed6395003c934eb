import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { Backoff } from '../backoff.ts';
import { describeError, OutsideError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Cancel, Time } from '../time.ts';

/** Whom to connect to, as whom. */
export interface HubLinkParts {
  readonly url: string;
  readonly deviceId: string;
  /** Topics that are listened to all the time. */
  readonly topics: readonly string[];
  /** What the broker publishes for us when we are gone without a word. */
  will(): { readonly topic: string; readonly payload: Uint8Array };
  readonly time: Time;
  readonly log: Log;
  random(): number;
  /** A fresh password for each attempt. */
  password(): Promise<string>;
  /** Connected and subscribed. */
  onUp(): void;
  onDown(): void;
  onMessage(topic: string, payload: Uint8Array): void;
  /** The hub does not believe that we are who we say. */
  onRefused(message: string): void;
}

const KEEPALIVE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 10_000;
const RETRY = { firstMs: 500, maxMs: 30_000 };
// Asking again will hardly help, and a thousand refused devices must not keep a hub busy.
const REFUSED_RETRY = { firstMs: 10_000, maxMs: 300_000 };

// MQTT 3.1.1, table 3.1: identifier rejected, bad user name or password, not authorized.
const REFUSALS: ReadonlySet<unknown> = new Set([2, 4, 5]);

/**
 * The connection to the hub. Decides nothing: messages come in as bytes, and go out while the connection stands.
 *
 * It makes a new client for each attempt, because each needs a fresh password; what must not get lost is the
 * outbox's business.
 */
export class HubLink {
  readonly #parts: HubLinkParts;
  readonly #retry: Backoff;
  readonly #refusedRetry: Backoff;
  readonly #filters = new Map<string, () => void>();
  #client: MqttClient | undefined;
  #isUp = false;
  #isRefused = false;
  #isStopped = false;
  #cancelRetry: Cancel | undefined;

  constructor(parts: HubLinkParts) {
    this.#parts = parts;
    this.#retry = new Backoff(RETRY, () => parts.random());
    this.#refusedRetry = new Backoff(REFUSED_RETRY, () => parts.random());
  }

  /** Whether messages can be sent right now. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Begins to connect, and keeps at it until `stop`. */
  start(): void {
    this.#connect().catch((error: unknown) => this.#onClosed(describeError(error).message));
  }

  /** Says goodbye when connected, then closes. */
  async stop(goodbye: { readonly topic: string; readonly payload: Uint8Array }): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry?.();
    const client = this.#client;
    if (client === undefined) return;
    if (this.#isUp) await within(this.#parts.time, 2_000, this.publish(goodbye.topic, goodbye.payload, 1));
    this.#isUp = false;
    await within(this.#parts.time, 2_000, client.endAsync());
    client.end(true);
  }

  /** Sends; with `qos` 1 it resolves when the hub's broker has it. @throws OutsideError LINK_DOWN */
  async publish(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void> {
    if (!this.#isUp || this.#client === undefined) throw new OutsideError('LINK_DOWN', `publish ${topic}: no link`);
    await this.#client.publishAsync(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), {
      qos,
    });
  }

  /** Listens to `filter` beside the usual topics, also after a new connection; `onReady` each time it is in force. */
  listen(filter: string, onReady: () => void): () => void {
    this.#filters.set(filter, onReady);
    if (this.#isUp && this.#client !== undefined) this.#subscribe(this.#client, filter, onReady);
    return () => {
      this.#filters.delete(filter);
      if (this.#isUp) this.#client?.unsubscribe(filter);
    };
  }

  async #connect(): Promise<void> {
    const password = await this.#parts.password();
    if (this.#isStopped) return;
    this.#isRefused = false;
    const client = connect(this.#parts.url, this.#options(password));
    this.#client = client;
    let problem = 'connection closed';
    client.on('connect', () => {
      // A frame must not wait in the kernel for the acknowledgement of the one before (Nagle's algorithm).
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      this.#onConnected(client);
    });
    client.on('message', (topic, payload) => this.#parts.onMessage(topic, payload));
    client.on('error', (error) => {
      problem = error.message;
      if (REFUSALS.has((error as { code?: unknown }).code)) this.#isRefused = true;
    });
    client.once('close', () => {
      client.end(true);
      if (this.#client === client) this.#onClosed(problem);
    });
  }

  #options(password: string): IClientOptions {
    const { deviceId } = this.#parts;
    const will = this.#parts.will();
    return {
      clientId: deviceId,
      username: deviceId,
      password,
      clean: true,
      protocolVersion: 4,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false },
    };
  }

  #onConnected(client: MqttClient): void {
    client.subscribe([...this.#parts.topics], { qos: 1 }, (error) => {
      if (this.#client !== client || this.#isStopped) return;
      if (error) {
        client.end(true);
        return;
      }
      this.#isUp = true;
      this.#retry.reset();
      this.#refusedRetry.reset();
      this.#parts.log.info('link up', { url: this.#parts.url });
      this.#parts.onUp();
      for (const [filter, onReady] of this.#filters) this.#subscribe(client, filter, onReady);
    });
  }

  #subscribe(client: MqttClient, filter: string, onReady: () => void): void {
    client.subscribe(filter, { qos: 0 }, (error) => {
      if (!error && this.#client === client && this.#filters.get(filter) === onReady) onReady();
    });
  }

  #onClosed(reason: string): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    if (wasUp) this.#parts.onDown();
    if (this.#isStopped) return;
    const waitMs = this.#isRefused ? this.#refusedRetry.next() : this.#retry.next();
    if (this.#isRefused) this.#parts.onRefused(reason);
    this.#parts.log.warn('link down', { url: this.#parts.url, reason, refused: this.#isRefused, retryMs: waitMs });
    this.#cancelRetry = this.#parts.time.after(waitMs, () => this.start());
  }
}

/** Waits for `work`, whatever becomes of it, but no longer than `limitMs`. */
async function within(time: Time, limitMs: number, work: Promise<unknown>): Promise<void> {
  let cancel: Cancel = () => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = time.after(limitMs, resolve);
  });
  await Promise.race([late, work.catch(() => undefined)]);
  cancel();
}
