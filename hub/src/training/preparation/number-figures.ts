import type { NumberSettings } from '../../store/recipe/preprocessing.ts';
import { type CommonScale, quantile, robustScaling } from './robust-scaling.ts';

/** What is done to one column of numbers: missing -> fill, into [low, high], (x - center) / scale, into +-limit. */
export interface NumberFigures extends CommonScale {
  readonly fill: number;
  /** -+`LARGEST_FLOAT` where nothing is cut off. */
  readonly low: number;
  readonly high: number;
  /** Whether the inverse sine is taken, which leaves ordinary readings as they are and keeps the order of wild ones. */
  readonly isSquashed: boolean;
  readonly limit: number;
  /** Whether the network is told where a value is missing. */
  readonly hasIndicator: boolean;
}

export const LARGEST_FLOAT: number = 2 ** 128 - 2 ** 104;
/** With the inverse sine, it is reached 1,490 deviations from the median. */
const LARGEST_SQUASHED = 8;
/** An infinite reading becomes this many deviations: with infinities a network computes NaN. */
const LARGEST_SCALED = 1e6;

/** Figures of one column of the training rows, NaN where missing; infinities count for nothing. */
export function numberFigures(column: Float32Array, settings: NumberSettings): NumberFigures {
  const sorted = column.filter((value) => Number.isFinite(value)).sort();
  const { low, high } = bounds(sorted, settings);
  const isSquashed = settings.scale === 'robust';
  return {
    fill: fillOf(sorted, settings),
    low,
    high,
    ...scaleOf(
      sorted.map((value) => Math.min(Math.max(value, low), high)),
      settings.scale,
    ),
    isSquashed,
    limit: isSquashed ? LARGEST_SQUASHED : settings.scale === 'none' ? LARGEST_FLOAT : LARGEST_SCALED,
    hasIndicator: settings.indicator === 'auto' ? column.some(Number.isNaN) : settings.indicator,
  };
}

function fillOf(sorted: Float32Array, { impute, value }: NumberSettings): number {
  if (impute === 'constant') return value;
  return impute === 'mean' ? meanOf(sorted) : quantile(sorted, 0.5);
}

function bounds(sorted: Float32Array, { clip }: NumberSettings): { low: number; high: number } {
  const { low = -LARGEST_FLOAT, high = LARGEST_FLOAT } = clip ?? {};
  if (clip?.of !== 'quantiles' || sorted.length === 0) return { low, high };
  return {
    low: clip.low === undefined ? low : quantile(sorted, clip.low),
    high: clip.high === undefined ? high : quantile(sorted, clip.high),
  };
}

function scaleOf(sorted: Float32Array, scale: NumberSettings['scale']): CommonScale {
  switch (scale) {
    case 'none':
      return { center: 0, scale: 1 };
    case 'robust':
      return robustScaling(sorted);
    case 'min-max': {
      const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
      return { center: least, scale: most > least ? most - least : 1 };
    }
    case 'standard': {
      const mean = meanOf(sorted);
      const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const deviation = Math.sqrt(squares / Math.max(1, sorted.length));
      return { center: mean, scale: deviation > 0 ? deviation : 1 };
    }
  }
}

function meanOf(values: Float32Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
