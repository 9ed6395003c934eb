import type { LossRecipe } from '../../store/recipe/optimization.ts';
import type { TalliedRows, ValidationFigures, ValidationTally } from './validation-tally.ts';

/** Adds up the errors of numbers, in the terms of the loss that training makes small. */
export class NumberTally implements ValidationTally {
  readonly #termOf: (error: number) => number;
  #rows = 0;
  #loss = 0;
  #squares = 0;
  /** Of the true values: their mean so far, and the squares of what they are off it. */
  #mean = 0;
  #spread = 0;

  constructor(loss: LossRecipe) {
    this.#termOf = termOf(loss);
  }

  /** @param outputs shape [rows, 1] */
  add(outputs: Float32Array, { rows, labels }: TalliedRows): void {
    for (let row = 0; row < rows; row++) {
      const label = labels?.[row] ?? 0;
      const error = (outputs[row] ?? 0) - label;
      this.#rows++;
      this.#loss += this.#termOf(error);
      this.#squares += error ** 2;
      const off = label - this.#mean;
      this.#mean += off / this.#rows;
      this.#spread += off * (label - this.#mean);
    }
  }

  figures(): ValidationFigures {
    const validationLoss = this.#loss / Math.max(1, this.#rows);
    // Where all values are the same there is no variance to explain.
    return this.#spread === 0 ? { validationLoss } : { validationLoss, validationR2: 1 - this.#squares / this.#spread };
  }
}

function termOf(loss: LossRecipe): (error: number) => number {
  switch (loss.kind) {
    case 'mean-absolute-error':
      return Math.abs;
    case 'huber':
      return (error) => {
        const size = Math.abs(error);
        return size <= loss.delta ? size ** 2 / 2 : loss.delta * (size - loss.delta / 2);
      };
    default:
      return (error) => error ** 2;
  }
}
