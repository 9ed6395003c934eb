import type { Cancel, Time } from '../time.ts';

/** Time that stands still until it is moved. */
export class ManualTime implements Time {
  #nowMs = 1_000_000;
  readonly #planned = new Set<{ readonly atMs: number; readonly action: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Cancel {
    const plan = { atMs: this.#nowMs + delayMs, action };
    this.#planned.add(plan);
    return () => this.#planned.delete(plan);
  }

  /** Moves on, and lets everything happen that was planned until then, in order. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      // Promises that are settled run first, as they would in real time.
      await new Promise(setImmediate);
      const due = [...this.#planned].filter((plan) => plan.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#planned.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.action();
    }
    this.#nowMs = untilMs;
  }
}
