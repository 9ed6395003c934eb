import type { ReportedSlot } from '@edgeloop/protocol';
import type { DeviceRecord } from '../store/device-store.ts';
import type { RolloutDeviceRecord, RolloutRecord } from '../store/rollout-store.ts';

export interface DeviceProblem {
  readonly code: string;
  readonly message: string;
}

/** What a device's own report, and its telemetry, say about the release of a rollout. */
export type DeviceEvidence =
  /** Nothing yet, or a report from before the offer. */
  | { readonly kind: 'none' }
  /** It works on it: downloading, testing, serving but not yet enough; `lacks` says what of. */
  | { readonly kind: 'started'; readonly lacks?: string }
  /** It serves it, with enough inferences and few enough errors. */
  | { readonly kind: 'serving' }
  | { readonly kind: 'problem'; readonly problem: DeviceProblem };

/** Readings and errors of one device on the rollout's version since it was offered. */
export interface DeviceErrors {
  readonly readings: number;
  readonly errors: number;
}

/** Reads a device's evidence. Only a report that answers the offer, or a later state, counts. */
export function deviceEvidence(
  rollout: RolloutRecord,
  standing: RolloutDeviceRecord,
  device: DeviceRecord | undefined,
  errors: DeviceErrors | undefined,
): DeviceEvidence {
  const { reported } = device ?? {};
  if (!reported || standing.generation === null || reported.desiredGeneration < standing.generation) {
    return { kind: 'none' };
  }
  const slot = reported.slots.find((entry) => entry.slot === rollout.plan.slot);
  if (!slot) return { kind: 'started' };
  if (runsRelease(slot, rollout)) {
    const evidence = servingEvidence(slot, rollout, errors);
    // The last report of a device that went silent proves nothing for the time since.
    return evidence.kind === 'serving' && !device?.online ? { kind: 'started' } : evidence;
  }
  if (hasGivenUp(slot, rollout)) {
    const { code, message } = slot.problem ?? { code: 'INTERNAL', message: `slot is ${slot.phase} without a reason` };
    return { kind: 'problem', problem: { code, message } };
  }
  return { kind: 'started' };
}

/** Whether the device reports that it serves nothing but what it should run after a roll back. */
export function isRestored(rollout: RolloutRecord, standing: RolloutDeviceRecord, device: DeviceRecord): boolean {
  const { reported } = device;
  if (!reported || standing.generation === null || reported.desiredGeneration < standing.generation) return false;
  const slot = reported.slots.find((entry) => entry.slot === rollout.plan.slot);
  if (standing.previous === null) return slot?.running === undefined;
  return slot?.running !== undefined && hexOf(slot.running.releaseDigest) === standing.previous.releaseDigest;
}

function servingEvidence(
  slot: ReportedSlot,
  { plan }: RolloutRecord,
  errors: DeviceErrors | undefined,
): DeviceEvidence {
  const { gate } = plan;
  const errorShare = errors && errors.readings > 0 ? errors.errors / errors.readings : 0;
  if (errorShare > gate.maxErrorShare && (errors?.readings ?? 0) >= gate.minInferences) {
    const message = `share of errors must be at most ${gate.maxErrorShare}, got ${errorShare.toFixed(4)}`;
    return { kind: 'problem', problem: { code: 'INFERENCE_FAILED', message } };
  }
  if (slot.phase !== 'running') return { kind: 'started' };
  const { inferences = 0 } = slot.running ?? {};
  if (inferences >= gate.minInferences) return { kind: 'serving' };
  return { kind: 'started', lacks: `${inferences} of the ${gate.minInferences} inferences of gate.minInferences` };
}

function runsRelease(slot: ReportedSlot, rollout: RolloutRecord): boolean {
  return slot.running !== undefined && hexOf(slot.running.releaseDigest) === rollout.releaseDigest;
}

/** It wants this version no more: refused before it served, or fell back from it. */
function hasGivenUp(slot: ReportedSlot, rollout: RolloutRecord): boolean {
  const isAbout = slot.wantedModel === rollout.model && slot.wantedVersion === rollout.version;
  return isAbout && (slot.phase === 'refused' || slot.phase === 'rolling-back');
}

/** The store keeps byte fields of a report as hex. */
function hexOf(digest: Uint8Array | string): string {
  return typeof digest === 'string' ? digest : Buffer.from(digest).toString('hex');
}
