import type { LossRecipe } from '../../store/recipe/optimization.ts';
import { NumberTally } from './number-tally.ts';
import type { TalliedRows, ValidationFigures, ValidationTally } from './validation-tally.ts';

/** Adds up how far rows come out from how they came in. */
export class ReconstructionTally implements ValidationTally {
  readonly #errors: NumberTally;

  constructor(loss: LossRecipe) {
    this.#errors = new NumberTally(loss);
  }

  /** @param outputs as many a row as prepared values */
  add(outputs: Float32Array, { values }: TalliedRows): void {
    this.#errors.add(outputs, { rows: outputs.length, values, labels: values });
  }

  figures(): ValidationFigures {
    return { validationLoss: this.#errors.figures().validationLoss };
  }
}
