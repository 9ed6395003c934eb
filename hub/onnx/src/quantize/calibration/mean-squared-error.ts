import type { ValueRange } from '../static/activation-quantization.ts';
import type { Histogram } from './histogram.ts';
import { RoundedSide } from './rounded-side.ts';

/** Steps between the ends of the range of an 8-bit activation. */
const STEPS = 255;
/** Ends are searched among magnitudes that are this many to an octave, first coarsely, then around the best. */
const COARSE_PER_OCTAVE = 4;
const FINE_PER_OCTAVE = 128;
/** An end 2^-12 times the largest value is as good as none. */
const SEARCHED_OCTAVES = 12;

/**
 * The range with the least mean squared error of values that are clipped to it and rounded to its 255 steps.
 *
 * Both ends are searched together, since a step is their distance.
 */
export function meanSquaredErrorRange(histogram: Histogram): ValueRange {
  const [negative, positive] = [new RoundedSide(histogram.negative()), new RoundedSide(histogram.positive())];
  const errorOf = (low: number, high: number): number => {
    const step = (low + high) / STEPS;
    // Zero is one of the levels, so the ends are moved to whole steps from it.
    const zeroPoint = step === 0 ? 0 : Math.round(low / step);
    return negative.squaredError(zeroPoint * step, step) + positive.squaredError((STEPS - zeroPoint) * step, step);
  };
  const coarse = bestPair(coarseEnds(negative.largest), coarseEnds(positive.largest), errorOf);
  const [low, high] = bestPair(
    endsAround(coarse[0], negative.largest),
    endsAround(coarse[1], positive.largest),
    errorOf,
  );
  return { min: -low, max: high };
}

type ErrorOf = (low: number, high: number) => number;

function bestPair(lows: readonly number[], highs: readonly number[], errorOf: ErrorOf): [low: number, high: number] {
  let [best, least]: [[number, number], number] = [[0, 0], Number.POSITIVE_INFINITY];
  for (const low of lows) {
    for (const high of highs) {
      const error = errorOf(low, high);
      if (error < least) [best, least] = [[low, high], error];
    }
  }
  return best;
}

function coarseEnds(largest: number): number[] {
  if (largest === 0) return [0];
  const count = SEARCHED_OCTAVES * COARSE_PER_OCTAVE;
  return [...Array.from({ length: count }, (_, at) => largest * 2 ** (-at / COARSE_PER_OCTAVE)), 0];
}

function endsAround(end: number, largest: number): number[] {
  const reach = FINE_PER_OCTAVE / COARSE_PER_OCTAVE;
  const factors = Array.from({ length: 2 * reach + 1 }, (_, at) => 2 ** ((at - reach) / FINE_PER_OCTAVE));
  return [...new Set(factors.map((factor) => Math.min(largest, end * factor)))];
}
