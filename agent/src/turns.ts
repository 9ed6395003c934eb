/** Lets actions happen one after another, in the order they were asked for. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves or rejects as `action` does, once its turn has come and it is done. */
  take(action: () => Promise<void>): Promise<void> {
    const done = this.#last.then(action);
    // Whoever asked hears of a failure; the next one is not concerned.
    this.#last = done.catch(() => undefined);
    return done;
  }
}
