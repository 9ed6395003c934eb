import type { QueryTopic } from '../api/queries.ts';

/** Gathers what became out of date and refreshes it together, so that a burst of events costs one request each. */
export class Refresher {
  readonly #refresh: (topics: readonly QueryTopic[]) => void;
  readonly #gatherMs: number;
  readonly #stale = new Set<QueryTopic>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(gatherMs: number, refresh: (topics: readonly QueryTopic[]) => void) {
    this.#gatherMs = gatherMs;
    this.#refresh = refresh;
  }

  mark(topics: readonly QueryTopic[]): void {
    for (const topic of topics) this.#stale.add(topic);
    if (this.#stale.size === 0) return;
    this.#timer ??= setTimeout(() => this.#flush(), this.#gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stale.clear();
  }

  #flush(): void {
    const topics = [...this.#stale];
    this.stop();
    this.#refresh(topics);
  }
}
