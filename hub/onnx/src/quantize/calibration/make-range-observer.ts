import type { ValueRange } from '../static/activation-quantization.ts';
import { entropyRange } from './entropy.ts';
import { Histogram } from './histogram.ts';
import { meanSquaredErrorRange } from './mean-squared-error.ts';
import { MinMaxObserver } from './min-max.ts';
import { MovingAverageObserver } from './moving-average.ts';
import { observedRange, UNNAMED_VALUE } from './observed-range.ts';
import { percentileRange } from './percentile.ts';
import type { CalibrationMethod, RangeObserver, RangeObserverOptions } from './range-observer.ts';

/** Observes a value once for several methods. */
export interface RangesObserver extends Pick<RangeObserver, 'observe'> {
  /** @throws UsageError RANGE_MISSING before the first value */
  ranges(): ReadonlyMap<CalibrationMethod, ValueRange>;
  /** Memory of what was observed, at most 1 MiB. */
  readonly sizeBytes: number;
}

/** An observer of one value in bounded memory, at most 1 MiB and typically 50 KiB for a method with a histogram. */
export function rangeObserver(method: CalibrationMethod, options: RangeObserverOptions = {}): RangeObserver {
  switch (method) {
    case 'min-max':
      return new MinMaxObserver(options);
    case 'moving-average':
      return new MovingAverageObserver(options);
    default: {
      const histogram = new Histogram(options.value);
      return { observe: (values) => histogram.add(values), range: () => histogramRange(method, histogram, options) };
    }
  }
}

/** An observer for several methods at once, of which those with a histogram share it. */
export function rangesObserver(
  methods: readonly CalibrationMethod[],
  options: RangeObserverOptions = {},
): RangesObserver {
  const histogram = new Histogram(options.value);
  const observers: Pick<RangeObserver, 'observe'>[] = [];
  const ranges = new Map<CalibrationMethod, () => ValueRange>();
  for (const method of new Set(methods)) {
    if (method === 'min-max' || method === 'moving-average') {
      const observer = rangeObserver(method, options);
      observers.push(observer);
      ranges.set(method, () => observer.range());
    } else {
      ranges.set(method, () => histogramRange(method, histogram, options));
    }
  }
  if (observers.length < ranges.size) observers.push({ observe: (values) => histogram.add(values) });
  return {
    observe: (values, batches) => {
      for (const observer of observers) observer.observe(values, batches);
    },
    ranges: () => new Map([...ranges].map(([method, range]) => [method, range()])),
    get sizeBytes() {
      return histogram.sizeBytes;
    },
  };
}

type HistogramMethod = Exclude<CalibrationMethod, 'min-max' | 'moving-average'>;

function histogramRange(method: HistogramMethod, histogram: Histogram, options: RangeObserverOptions): ValueRange {
  const { value = UNNAMED_VALUE, percentile } = options;
  // Also says so where nothing was observed.
  const all = observedRange(value, histogram.min, histogram.max);
  const { min, max } = clippedRange(method, histogram, percentile);
  return observedRange(value, Math.max(min, all.min), Math.min(max, all.max));
}

function clippedRange(method: HistogramMethod, histogram: Histogram, percentile: number | undefined): ValueRange {
  switch (method) {
    case 'percentile':
      return percentileRange(histogram, percentile);
    case 'entropy':
      return entropyRange(histogram);
    case 'mean-squared-error':
      return meanSquaredErrorRange(histogram);
  }
}
