import type { ValueRange } from '../static/activation-quantization.ts';
import { extremesOf } from './min-max.ts';
import { observedRange, UNNAMED_VALUE } from './observed-range.ts';
import type { RangeObserver, RangeObserverOptions } from './range-observer.ts';

/** Weight of a batch once there were more than 1 / weight of them. */
export const AVERAGING_SHARE = 0.01;

/**
 * Mean of the smallest and of the largest values of batches: what one batch in many has counts little.
 *
 * The first hundred batches weigh alike, as in ONNX Runtime's calibrator; then the average forgets exponentially.
 *
 * @see Jacob et al. 2018, Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference,
 *   section 3.1
 */
export class MovingAverageObserver implements RangeObserver {
  readonly #value: string;
  #batches = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor({ value = UNNAMED_VALUE }: RangeObserverOptions = {}) {
    this.#value = value;
  }

  observe(values: Float32Array, batches = 1): void {
    const size = values.length / batches;
    for (let batch = 0; batch < batches; batch++) {
      this.#observeBatch(values, Math.round(batch * size), Math.round((batch + 1) * size));
    }
  }

  range(): ValueRange {
    return observedRange(this.#value, this.#min, this.#max);
  }

  #observeBatch(values: Float32Array, start: number, end: number): void {
    if (end <= start) return;
    const [min, max] = extremesOf(this.#value, values, start, end);
    this.#batches++;
    const share = Math.max(1 / this.#batches, AVERAGING_SHARE);
    const isFirst = this.#batches === 1;
    this.#min = isFirst ? min : this.#min + share * (min - this.#min);
    this.#max = isFirst ? max : this.#max + share * (max - this.#max);
  }
}
