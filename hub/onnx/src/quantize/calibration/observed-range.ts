import { UsageError } from '../../errors.ts';
import type { ValueRange } from '../static/activation-quantization.ts';

export const UNNAMED_VALUE = '(unnamed)';

/**
 * The range with zero in it.
 *
 * @throws UsageError RANGE_MISSING for the upside-down range of no values at all
 * @package
 */
export function observedRange(value: string, min: number, max: number): ValueRange {
  if (!(min <= max)) {
    const message = `Value ${value} must be observed before its range is taken, got no values`;
    throw new UsageError('RANGE_MISSING', message, { place: { value } });
  }
  // Adding 0 turns -0 into 0.
  return { min: Math.min(0, min) + 0, max: Math.max(0, max) + 0 };
}

/**
 * Refuses a NaN or an infinity.
 *
 * @throws UsageError VALUE_NOT_FINITE
 * @package
 */
export function requireFinite(value: string, entry: number, at: number): void {
  if (Number.isFinite(entry)) return;
  const message = `Value ${value} must be finite, got ${entry} at entry ${at}`;
  throw new UsageError('VALUE_NOT_FINITE', message, { place: { value } });
}
