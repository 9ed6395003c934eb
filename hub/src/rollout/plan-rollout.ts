import { RequestError } from '../errors.ts';
import type { DesiredSlotRecord, DeviceRecord } from '../store/device-store.ts';
import { newId } from '../store/ids.ts';
import type { RolloutDeviceRecord, RolloutPlan, RolloutRecord } from '../store/rollout-store.ts';

export interface RolloutRequest {
  readonly model: string;
  readonly version: number;
  readonly releaseDigest: string;
  readonly plan: RolloutPlan;
  readonly cause: RolloutRecord['cause'];
}

export interface PlannedRollout {
  readonly rollout: RolloutRecord;
  readonly devices: readonly RolloutDeviceRecord[];
}

/** Whether a plan is for this device: it is trusted and has all the labels. */
export function isTarget(device: DeviceRecord, labels: Readonly<Record<string, string>>): boolean {
  return device.revokedMs === null && Object.entries(labels).every(([name, value]) => device.labels[name] === value);
}

/**
 * Which device gets the release in which wave. Nothing is offered yet.
 *
 * Waves are cumulative shares, rounded down: no wave reaches more devices than its share. The first brings at least one
 * device, the last brings the rest. Without a matching device there are no waves to wait for: the rollout is done at
 * once and stands for devices that are enrolled later.
 *
 * @param current what the slot of each device should run now
 * @throws RequestError CONFLICT when another unfinished rollout has the slot of one of the devices
 */
export function planRollout(
  request: RolloutRequest,
  fleet: readonly DeviceRecord[],
  current: ReadonlyMap<string, DesiredSlotRecord>,
  unfinished: readonly PlannedRollout[],
  nowMs: number,
): PlannedRollout {
  const { plan } = request;
  const targets = fleet.filter((device) => isTarget(device, plan.labels));
  refuseOverlap(
    targets.map((device) => device.id),
    plan.slot,
    unfinished,
  );
  const id = newId('rollout', nowMs);
  const devices = targets.map((device, index): RolloutDeviceRecord => {
    const before = current.get(device.id);
    return {
      rolloutId: id,
      deviceId: device.id,
      wave: waveOf(index, targets.length, plan.waves),
      state: 'waiting',
      offeredMs: null,
      generation: null,
      healthySinceMs: null,
      previous: before ? previousOf(before) : null,
      problem: null,
      updatedMs: nowMs,
    };
  });
  const isEmpty = devices.length === 0;
  const rollout: RolloutRecord = {
    id,
    model: request.model,
    version: request.version,
    releaseDigest: request.releaseDigest,
    state: isEmpty ? 'done' : 'running',
    plan,
    wave: 0,
    waveStartedMs: nowMs,
    cause: request.cause,
    reason: isEmpty ? 'no enrolled device matches; devices enrolled later get it' : null,
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  return { rollout, devices };
}

function previousOf({ model, version, releaseDigest, samples }: DesiredSlotRecord): RolloutDeviceRecord['previous'] {
  return { model, version, releaseDigest, samples };
}

/** The first wave whose share of `count` devices reaches past `index`. */
function waveOf(index: number, count: number, waves: readonly number[]): number {
  // The tolerance keeps 0.7 * 30 from being 20 devices.
  const wave = waves.findIndex((share) => index < Math.max(1, Math.floor(share * count + 1e-9)));
  return wave === -1 ? waves.length - 1 : wave;
}

/** @throws RequestError CONFLICT when an unfinished rollout has the slot of one of the devices */
export function refuseOverlap(deviceIds: readonly string[], slot: string, unfinished: readonly PlannedRollout[]): void {
  const ids = new Set(deviceIds);
  for (const { rollout, devices } of unfinished) {
    if (rollout.plan.slot !== slot) continue;
    const shared = devices.find((device) => ids.has(device.deviceId));
    if (!shared) continue;
    throw new RequestError(
      'CONFLICT',
      `rollout ${rollout.id} of ${rollout.model}@${rollout.version} is ${rollout.state} on slot ${slot} of ${shared.deviceId}; end it first`,
      { details: { rolloutId: rollout.id } },
    );
  }
}
