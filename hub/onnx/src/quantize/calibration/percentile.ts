import { UsageError } from '../../errors.ts';
import type { ValueRange } from '../static/activation-quantization.ts';
import type { Bins, Histogram } from './histogram.ts';

/** Share of the values that is kept, in percent; what ONNX Runtime's calibrator keeps. */
export const DEFAULT_PERCENTILE = 99.999;

/**
 * The range that `percentile` percent of the values lie in: half of the rest is cut off at each end.
 *
 * @throws UsageError ARGUMENT_INVALID for a percentile outside of 0..100
 */
export function percentileRange(histogram: Histogram, percentile: number = DEFAULT_PERCENTILE): ValueRange {
  if (!(percentile > 0 && percentile <= 100)) {
    throw new UsageError('ARGUMENT_INVALID', `percentile must be above 0 and at most 100, got ${percentile}`);
  }
  // A whole number of values is cut off; errors of the last digits must not make it one less.
  const beyond = Math.floor((histogram.total * (100 - percentile) * (1 + 1e-9)) / 200);
  return { min: -magnitudeBelow(histogram.negative(), beyond), max: magnitudeBelow(histogram.positive(), beyond) };
}

/** Magnitude above which at most `beyond` values lie; 0 where all values of the sign may be cut off. */
function magnitudeBelow({ low, high, count }: Bins, beyond: number): number {
  let above = 0;
  for (let bin = count.length - 1; bin >= 0; bin--) {
    const [from = 0, to = 0, values = 0] = [low[bin], high[bin], count[bin]];
    const cut = beyond - above;
    if (values > cut) return to - (to - from) * (cut / values);
    above += values;
  }
  return 0;
}
