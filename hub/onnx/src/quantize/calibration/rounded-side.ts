import type { Bins } from './histogram.ts';

/** Levels from zero on whose error is summed up as it is; further out a value is as likely anywhere in its step. */
const EXACT_LEVELS = 8;

/** The values of one sign, asked for the error they have when they are clipped at a magnitude and rounded. */
export class RoundedSide {
  /** Largest magnitude, 0 without values. */
  readonly largest: number;
  readonly #middles: Float64Array;
  /** Number, sum and sum of squares of the values in all bins before each bin, and in all, [bin + 1]. */
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor({ low, high, count }: Bins) {
    const bins = count.length;
    this.largest = high[bins - 1] ?? 0;
    this.#middles = low.map((entry, bin) => (entry + (high[bin] ?? entry)) / 2);
    this.#counts = new Float64Array(bins + 1);
    this.#sums = new Float64Array(bins + 1);
    this.#squares = new Float64Array(bins + 1);
    for (let bin = 0; bin < bins; bin++) {
      const [values = 0, middle = 0] = [count[bin], this.#middles[bin]];
      this.#counts[bin + 1] = (this.#counts[bin] ?? 0) + values;
      this.#sums[bin + 1] = (this.#sums[bin] ?? 0) + values * middle;
      this.#squares[bin + 1] = (this.#squares[bin] ?? 0) + values * middle * middle;
    }
  }

  /** Sum of squared errors of the values for the largest magnitude `end` that integers reach, in steps of `step`. */
  squaredError(end: number, step: number): number {
    const clipped = this.#binsUpTo(end);
    let [from, error] = [0, 0];
    for (let level = 0; level < EXACT_LEVELS && from < clipped; level++) {
      const to = Math.min(this.#binsUpTo((level + 0.5) * step), clipped);
      error += this.#distance(from, to, level * step);
      from = to;
    }
    const between = (this.#counts[clipped] ?? 0) - (this.#counts[from] ?? 0);
    return error + (between * step * step) / 12 + this.#distance(clipped, this.#middles.length, end);
  }

  /** Sum of squared distances of the values in some bins from one magnitude. */
  #distance(from: number, to: number, magnitude: number): number {
    const count = (this.#counts[to] ?? 0) - (this.#counts[from] ?? 0);
    const sum = (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0);
    const squares = (this.#squares[to] ?? 0) - (this.#squares[from] ?? 0);
    return Math.max(0, squares - 2 * magnitude * sum + magnitude * magnitude * count);
  }

  /** Bins whose middle is at most `magnitude`. */
  #binsUpTo(magnitude: number): number {
    let [from, to] = [0, this.#middles.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#middles[middle] ?? 0) <= magnitude) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
