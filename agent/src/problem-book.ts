import type { Problem } from '@edgeloop/protocol';
import type { Time } from './time.ts';

// Enough to see what is wrong; a report must stay small.
const MOST_PROBLEMS = 24;
const LONGEST_MESSAGE = 500;

/** Keeps what is wrong right now, one problem per matter, until it is settled. */
export class ProblemBook {
  readonly #time: Time;
  readonly #onChange: () => void;
  readonly #problems = new Map<string, Problem>();

  constructor(time: Time, onChange: () => void) {
    this.#time = time;
    this.#onChange = onChange;
  }

  /** Notes a problem of a matter in place of the last one. */
  raise(matter: string, code: string, message: string): void {
    const short = message.slice(0, LONGEST_MESSAGE);
    const before = this.#problems.get(matter);
    const isNews = before?.code !== code || before.message !== short;
    this.#problems.delete(matter);
    this.#problems.set(matter, { code, message: short, atMs: this.#time.nowMs() });
    const [oldest] = this.#problems.keys();
    if (this.#problems.size > MOST_PROBLEMS && oldest !== undefined) this.#problems.delete(oldest);
    if (isNews) this.#onChange();
  }

  /** The matter is settled. */
  settle(matter: string): void {
    if (this.#problems.delete(matter)) this.#onChange();
  }

  /** Everything that is wrong, oldest first. */
  list(): Problem[] {
    return [...this.#problems.values()];
  }
}
