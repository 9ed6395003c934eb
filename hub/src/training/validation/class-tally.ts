import type { TalliedRows, ValidationFigures, ValidationTally } from './validation-tally.ts';

/** Adds up loss and hits of logits that come batch by batch. */
export class ClassTally implements ValidationTally {
  readonly #weights: Float32Array | undefined;
  /** Per class: rows, and those that were right. */
  readonly #counts: Float64Array;
  readonly #hits: Float64Array;
  #loss = 0;
  #weight = 0;

  /** @param weights of each class in the loss, shape [classes]; undefined weighs all rows alike */
  constructor(classes: number, weights?: Float32Array) {
    this.#weights = weights;
    this.#counts = new Float64Array(classes);
    this.#hits = new Float64Array(classes);
  }

  /** @param logits shape [rows, classes] */
  add(logits: Float32Array, { rows, labels }: TalliedRows): void {
    const classes = this.#counts.length;
    for (let row = 0; row < rows; row++) {
      const [start, label] = [row * classes, labels?.[row] ?? 0];
      let best = 0;
      for (let index = 1; index < classes; index++) {
        if ((logits[start + index] ?? 0) > (logits[start + best] ?? 0)) best = index;
      }
      const largest = logits[start + best] ?? 0;
      let sum = 0;
      for (let index = 0; index < classes; index++) sum += Math.exp((logits[start + index] ?? 0) - largest);
      const weight = this.#weights?.[label] ?? 1;
      this.#loss += weight * (Math.log(sum) + largest - (logits[start + label] ?? 0));
      this.#weight += weight;
      this.#counts[label] = (this.#counts[label] ?? 0) + 1;
      if (best === label) this.#hits[label] = (this.#hits[label] ?? 0) + 1;
    }
  }

  figures(): ValidationFigures {
    const [counts, hits] = [this.#counts, this.#hits];
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    const recalls = [...counts].flatMap((count, label) => (count === 0 ? [] : [(hits[label] ?? 0) / count]));
    return {
      // Only classes that training never saw weigh nothing.
      validationLoss: this.#weight === 0 ? 0 : this.#loss / this.#weight,
      validationAccuracy: sum(hits) / sum(counts),
      validationBalancedAccuracy: recalls.reduce((total, recall) => total + recall, 0) / recalls.length,
    };
  }
}
