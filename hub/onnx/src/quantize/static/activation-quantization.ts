import { UsageError } from '../../errors.ts';
import type { Clamp } from '../plan/clamp.ts';
import { isScaleKept, MIN_SCALE } from '../weights/quantized-weights.ts';

/** Smallest and largest value seen during calibration. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** x = (q - zeroPoint) * scale, q in 0..255 */
export interface ActivationQuantization {
  readonly scale: number;
  readonly zeroPoint: number;
}

const LEVELS = 255;

/**
 * Scale and zero-point of u8 activations. Zero is always exact; a range without negatives has zero-point 0, which lets
 * ONNX Runtime fold ReLU into the quantization.
 *
 * @param clamp bounds that the values are held to, whatever the range says
 * @throws UsageError ARGUMENT_INVALID for a range that is not finite or upside down
 */
export function quantizeRange(value: string, { min, max }: ValueRange, clamp?: Clamp): ActivationQuantization {
  if (!Number.isFinite(min) || !Number.isFinite(max) || min > max) {
    const message = `Range of ${value} must be finite with min <= max, got ${min}..${max}`;
    throw new UsageError('ARGUMENT_INVALID', message, { place: { value } });
  }
  const low = Math.max(Math.min(min, 0), clamp?.low ?? Number.NEGATIVE_INFINITY);
  const high = Math.min(Math.max(max, 0), clamp?.high ?? Number.POSITIVE_INFINITY);
  if (high === low) return { scale: 1, zeroPoint: 0 };
  const scale = Math.max(Math.fround((high - low) / LEVELS), MIN_SCALE);
  return { scale, zeroPoint: Math.min(LEVELS, Math.round((0 - low) / scale)) };
}

/** An earlier range may cut this share of the new one off on either side of zero. */
const MAX_CUT_SHARE = 0.01;

/**
 * The quantization of an earlier model where it still fits, so that integers stay the same: it cuts at most 1 % of the
 * range off on either side of zero, and its scale is at most a quarter larger than it needs to be.
 */
export function keptQuantization(
  needed: ActivationQuantization,
  previous: ActivationQuantization | undefined,
  clamp: Clamp = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
): ActivationQuantization {
  if (!previous || !isScaleKept(needed.scale, previous.scale)) return needed;
  const cut = MAX_CUT_SHARE * LEVELS * needed.scale;
  const [below, above] = extent(needed);
  const [belowBefore, aboveBefore] = extent(previous);
  // What clamps the values has gone from the graph: the range must not reach further, but for half a step.
  const reach = previous.scale / 2;
  const isClamped = -belowBefore >= clamp.low - reach && aboveBefore <= clamp.high + reach;
  return isClamped && belowBefore >= below - cut && aboveBefore >= above - cut ? previous : needed;
}

/** How far a quantization reaches below and above zero. */
function extent({ scale, zeroPoint }: ActivationQuantization): readonly [below: number, above: number] {
  return [zeroPoint * scale, (LEVELS - zeroPoint) * scale];
}
