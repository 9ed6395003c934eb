import type { ValueRange } from '../static/activation-quantization.ts';

/** How a range is taken from the values seen; each has a file of its own beside this one. */
export type CalibrationMethod = 'min-max' | 'moving-average' | 'percentile' | 'entropy' | 'mean-squared-error';

/** Every method, the cheapest first. */
export const CALIBRATION_METHODS: readonly CalibrationMethod[] = [
  'min-max',
  'moving-average',
  'percentile',
  'entropy',
  'mean-squared-error',
];

export interface RangeObserverOptions {
  /** Name of the observed value, for messages. @default '(unnamed)' */
  readonly value?: string;
  /** Share of the values that 'percentile' keeps, in percent; half of the rest is cut off at each end. @default 99.999 */
  readonly percentile?: number;
}

/** Sees the values of one activation part by part, and tells the range in which they become integers. */
export interface RangeObserver {
  /**
   * Takes in values; keeps none of them.
   *
   * @param batches equal parts that the values consist of, which 'moving-average' counts one by one. @default 1
   * @throws UsageError VALUE_NOT_FINITE naming the value; what was observed is worthless from then on
   */
  observe(values: Float32Array, batches?: number): void;
  /**
   * The range, which contains zero; `min` is 0 where no value was negative.
   *
   * @throws UsageError RANGE_MISSING before the first value
   */
  range(): ValueRange;
}
