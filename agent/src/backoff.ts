/** How waiting times grow. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** @default 2 */
  readonly factor?: number;
}

/**
 * Waiting times that grow to a limit, each shortened by up to a half at random, so that a thousand devices do not
 * come back in the same second.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #nextMs: number;

  constructor(options: BackoffOptions, random: () => number) {
    this.#options = options;
    this.#random = random;
    this.#nextMs = options.firstMs;
  }

  /** The next waiting time in milliseconds. */
  next(): number {
    const capMs = this.#nextMs;
    this.#nextMs = Math.min(this.#options.maxMs, capMs * (this.#options.factor ?? 2));
    return Math.round(capMs * (0.5 + this.#random() / 2));
  }

  /** Starts over with the shortest time. */
  reset(): void {
    this.#nextMs = this.#options.firstMs;
  }
}
