import { type ApplyDeltaOptions, applyDelta } from './apply-delta.ts';
import type { DeltaInfo } from './delta-header.ts';
import { deltaInfo } from './delta-info.ts';

/**
 * Applies a delta and says what it is: that it makes a file of `resultDigest` of this old one.
 *
 * @throws as `applyDelta`
 */
export function verifyDelta(old: Uint8Array, delta: Uint8Array, options: ApplyDeltaOptions = {}): DeltaInfo {
  applyDelta(old, delta, options);
  return deltaInfo(delta);
}
