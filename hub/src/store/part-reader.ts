/** Reads bytes that come in parts into arrays, one after another: they need not be gathered. */
export class PartReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** Fills the target as far as there are bytes, and returns how many there were. */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0) {
        const next = await this.#parts.next();
        if (next.done) break;
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return filled;
  }

  /** Passes over what is left, so that whoever checks the bytes on their way sees all of them. */
  async toEnd(): Promise<void> {
    while (!(await this.#parts.next()).done);
  }

  /** Takes no more. */
  async stop(): Promise<void> {
    await this.#parts.return?.();
  }
}
