import type { SeededRandom } from '../seeded-random.ts';

/** The places of the rows of one epoch, in the order in which they are dealt. Follows from the generator alone. */
export type EpochOrder = (random: SeededRandom) => Uint32Array;

/** Every row once, in another order every epoch. */
export function shuffledOrder(rows: number): EpochOrder {
  return (random) => {
    const places = Uint32Array.from({ length: rows }, (_, row) => row);
    random.shuffle(places);
    return places;
  };
}

/**
 * As many rows as there are, the classes that occur in turn: so every batch has all of them equally often. Rows of a
 * rare class come again and again, each as often as the others; of a frequent class come some.
 */
export function balancedOrder(labels: Int32Array): EpochOrder {
  const classes = placesByLabel(labels);
  return (random) => {
    const decks = classes.map((rows) => new Deck(rows, random));
    return Uint32Array.from({ length: labels.length }, (_, at) => decks[at % decks.length]?.next() ?? 0);
  };
}

/** For each label that occurs, in order, the rows that have it. */
function placesByLabel(labels: Int32Array): Uint32Array[] {
  const places: number[][] = [];
  for (const [row, label] of labels.entries()) {
    places[label] ??= [];
    places[label].push(row);
  }
  return places.flatMap((rows) => [Uint32Array.from(rows)]);
}

/** Gives rows one by one, shuffled, and begins anew when all have been given. */
class Deck {
  readonly #rows: Uint32Array;
  readonly #random: SeededRandom;
  #at: number;

  constructor(rows: Uint32Array, random: SeededRandom) {
    this.#rows = rows.slice();
    this.#random = random;
    this.#at = rows.length;
  }

  next(): number {
    if (this.#at === this.#rows.length) {
      this.#random.shuffle(this.#rows);
      this.#at = 0;
    }
    return this.#rows[this.#at++] ?? 0;
  }
}
