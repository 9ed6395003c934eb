import type { EventRecord } from '../store/event-store.ts';
import type { Store } from '../store/store.ts';
import type { LiveTelemetry } from './live-telemetry.ts';

/** The few methods of a server-sent event stream that this needs. */
export interface SseWriter {
  writeSSE(message: { event: string; data: string; id?: string }): Promise<void>;
  write(text: string): Promise<unknown>;
  onAbort(listener: () => void): void;
}

export interface LiveStreamParts {
  readonly sse: SseWriter;
  readonly store: Store;
  readonly live: LiveTelemetry;
}

/** Proxies drop connections that say nothing for a minute. */
const HEARTBEAT_MS = 15_000;
/** A reader that is this far behind is let go; it comes back and catches up with its last event id. */
const MOST_WAITING = 1_000;
/** Events read at a time while catching up. */
const PAGE_EVENTS = 500;

interface Message {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

/** One reader of what happens: first what it missed, then everything as it happens. */
export class LiveStream {
  readonly #parts: LiveStreamParts;
  #waiting: Message[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(parts: LiveStreamParts) {
    this.#parts = parts;
  }

  /** Ends when the reader goes away or falls too far behind. */
  async run(lastId: number | undefined): Promise<void> {
    const { sse, store, live } = this.#parts;
    let newestId = 0;
    const ends = [
      // Subscribed before looking back, so that nothing falls between; what is seen twice is told once.
      store.events.subscribe((event) => {
        if (event.id > newestId) this.#push(messageOf(event));
      }),
      live.subscribe((notice) => this.#push({ event: 'telemetry', data: JSON.stringify(notice) })),
    ];
    sse.onAbort(() => this.#end());
    const heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    try {
      await sse.write(': connected\n\n');
      if (lastId !== undefined) newestId = await this.#catchUp(lastId);
      await this.#pump(() => newestId);
    } finally {
      clearInterval(heartbeat);
      for (const end of ends) end();
    }
  }

  async #catchUp(lastId: number): Promise<number> {
    const { sse, store } = this.#parts;
    let newestId = lastId;
    while (!this.#isOver) {
      const missed = await store.events.list({ afterId: newestId, limit: PAGE_EVENTS });
      for (const event of missed) await sse.writeSSE(messageOf(event));
      newestId = missed.at(-1)?.id ?? newestId;
      if (missed.length < PAGE_EVENTS) break;
    }
    return newestId;
  }

  async #pump(newestId: () => number): Promise<void> {
    while (!this.#isOver) {
      const messages = this.#waiting;
      this.#waiting = [];
      for (const message of messages) {
        const isKnown = message.id !== undefined && Number(message.id) <= newestId();
        if (!isKnown) await this.#parts.sse.writeSSE(message);
      }
      if (this.#waiting.length === 0 && !this.#isOver) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #push(message: Message): void {
    this.#waiting.push(message);
    if (this.#waiting.length > MOST_WAITING) this.#end();
    this.#wake();
  }

  #beat(): void {
    // A write to a reader that has gone ends the stream by itself.
    this.#parts.sse.write(': still here\n\n').catch(() => this.#end());
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}

function messageOf(event: EventRecord): Message {
  return { event: 'event', data: JSON.stringify(event), id: String(event.id) };
}
