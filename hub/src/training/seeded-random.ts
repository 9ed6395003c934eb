/** Numbers that look random and are the same for the same seed, on every machine. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A generator made with this as its seed goes on from here. */
  get state(): number {
    return this.#state;
  }

  /** The next number in [0, 1). @see Tommy Ettinger, mulberry32 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Brings the places into a random order, in place. @see Durstenfeld, algorithm 235 */
  shuffle(places: Uint32Array): void {
    for (let last = places.length - 1; last > 0; last--) {
      const other = Math.floor(this.next() * (last + 1));
      const place = places[last] ?? 0;
      places[last] = places[other] ?? 0;
      places[other] = place;
    }
  }
}
