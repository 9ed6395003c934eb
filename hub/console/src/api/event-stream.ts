import { backoffMs } from './backoff.ts';
import { type SseMessage, SseParser } from './sse-parser.ts';

/** 'refused': the hub does not know the token, and trying again would not help. */
export type StreamStatus = 'connecting' | 'live' | 'reconnecting' | 'refused';

/** The hub says something at least this often, if only that it is there; a longer silence is a dead line. */
export const SILENCE_LIMIT_MS = 60_000;

export interface EventStreamParts {
  readonly url: string;
  readonly token: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** In [0, 1). */
  random(): number;
  onMessage(message: SseMessage): void;
  onStatus(status: StreamStatus): void;
}

/**
 * Follows the hub's event stream and comes back when the line breaks.
 *
 * Reads with fetch and not with EventSource, which cannot send a header: the token would end up in addresses and logs.
 */
export class EventStream {
  readonly #parts: EventStreamParts;
  #stopped = new AbortController();
  #lastEventId = '';
  #failures = 0;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
  }

  /** Runs until `stop`, or until the hub refuses the token. */
  async run(): Promise<void> {
    const stopped = this.#stopped.signal;
    this.#parts.onStatus('connecting');
    while (!stopped.aborted) {
      if ((await this.#readOnce(stopped)) === 'refused') {
        this.#parts.onStatus('refused');
        return;
      }
      if (stopped.aborted) return;
      this.#failures += 1;
      this.#parts.onStatus('reconnecting');
      await pause(backoffMs(this.#failures, this.#parts.random()), stopped);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** One connection from its start to its end, however it ends. */
  async #readOnce(stopped: AbortSignal): Promise<'ended' | 'refused'> {
    const silence = new SilenceWatch(SILENCE_LIMIT_MS);
    try {
      const response = await this.#parts.fetch(this.#parts.url, {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${this.#parts.token}`,
          ...(this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId }),
        },
        cache: 'no-store',
        signal: AbortSignal.any([stopped, silence.signal]),
      });
      if (response.status === 401 || response.status === 403) return 'refused';
      if (!response.ok || response.body === null) return 'ended';
      this.#failures = 0;
      this.#parts.onStatus('live');
      await this.#readBody(response.body, silence);
    } catch {
      // A broken line is what this class is for: `run` tries again and the status says so.
    } finally {
      silence.end();
    }
    return 'ended';
  }

  async #readBody(body: ReadableStream<Uint8Array>, silence: SilenceWatch): Promise<void> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      silence.restart();
      for (const message of parser.push(decoder.decode(value, { stream: true }))) {
        this.#lastEventId = message.lastEventId;
        this.#parts.onMessage(message);
      }
    }
  }
}

/** Aborts its signal when `restart` was not called for a while. */
class SilenceWatch {
  readonly #limitMs: number;
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.end();
    this.#timer = setTimeout(() => this.#controller.abort(), this.#limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
