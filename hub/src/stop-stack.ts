import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** Remembers how to close what was opened, and closes it in reverse order. */
export class StopStack {
  readonly #log: Logger;
  readonly #stops: { name: string; stop: () => Promise<void> | void }[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  push(name: string, stop: () => Promise<void> | void): void {
    this.#stops.push({ name, stop });
  }

  /** Closes everything, also when something cannot be closed. */
  async run(): Promise<void> {
    for (let next = this.#stops.pop(); next; next = this.#stops.pop()) {
      try {
        await next.stop();
      } catch (error) {
        this.#log.error({ part: next.name, cause: messageOf(error) }, 'a part does not stop well');
      }
    }
  }
}
