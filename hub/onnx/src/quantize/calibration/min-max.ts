import type { ValueRange } from '../static/activation-quantization.ts';
import { observedRange, requireFinite, UNNAMED_VALUE } from './observed-range.ts';
import type { RangeObserver, RangeObserverOptions } from './range-observer.ts';

/** From the smallest to the largest value seen: nothing is clipped, and one outlier makes all steps large. */
export class MinMaxObserver implements RangeObserver {
  readonly #value: string;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor({ value = UNNAMED_VALUE }: RangeObserverOptions = {}) {
    this.#value = value;
  }

  observe(values: Float32Array): void {
    const [min, max] = extremesOf(this.#value, values, 0, values.length);
    if (min < this.#min) this.#min = min;
    if (max > this.#max) this.#max = max;
  }

  range(): ValueRange {
    return observedRange(this.#value, this.#min, this.#max);
  }
}

/**
 * Smallest and largest of some entries; upside down where there are none.
 *
 * @throws UsageError VALUE_NOT_FINITE
 * @package
 */
export function extremesOf(name: string, values: Float32Array, start: number, end: number): [min: number, max: number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let sum = 0;
  for (let at = start; at < end; at++) {
    const entry = values[at] as number;
    if (entry < min) min = entry;
    if (entry > max) max = entry;
    // NaN is neither smaller nor larger; times zero, it and the infinities make the sum NaN.
    sum += entry * 0;
  }
  if (sum !== 0) for (let at = start; at < end; at++) requireFinite(name, values[at] as number, at);
  return [min, max];
}
