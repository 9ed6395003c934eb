import { UsageError } from '../../errors.ts';
import { MIN_SCALE } from '../weights/quantized-weights.ts';

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
 * @throws UsageError ARGUMENT_INVALID for a range that is not finite or upside down
 */
export function quantizeRange(value: string, { min, max }: ValueRange): ActivationQuantization {
  if (!Number.isFinite(min) || !Number.isFinite(max) || min > max) {
    const message = `Range of ${value} must be finite with min <= max, got ${min}..${max}`;
    throw new UsageError('ARGUMENT_INVALID', message, { place: { value } });
  }
  const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
  if (high === low) return { scale: 1, zeroPoint: 0 };
  const scale = Math.max(Math.fround((high - low) / LEVELS), MIN_SCALE);
  return { scale, zeroPoint: Math.min(LEVELS, Math.round((0 - low) / scale)) };
}
