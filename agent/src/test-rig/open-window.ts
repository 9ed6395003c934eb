import type { UnnumberedWindow } from '@edgeloop/protocol';

/** A window with nothing in it but what is given. */
export function openWindow(parts: Partial<UnnumberedWindow>): UnnumberedWindow {
  return {
    ...{ startMs: 0, endMs: 0, slot: 'default', model: 'tiny', version: 1, releaseDigest: new Uint8Array(32) },
    ...{ readings: 0, predictions: 0, features: [], predictedClasses: [], confidenceBins: [], expectations: [] },
    ...{ labelled: 0, correct: 0, errors: [], violations: [] },
    ...parts,
  };
}
