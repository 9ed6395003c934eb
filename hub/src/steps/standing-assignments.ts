import type { Clock } from '../clock.ts';
import { isTarget } from '../rollout/plan-rollout.ts';
import type { DeviceRecord } from '../store/device-store.ts';
import type { RolloutRecord } from '../store/rollout-store.ts';
import type { Store } from '../store/store.ts';

/**
 * Gives devices that were enrolled after a rollout what it brought to the others.
 *
 * A finished rollout stands: a device that matches its labels, and was never asked to run anything, gets the champion
 * of its model. A device that waits for its wave of another rollout is left to that one.
 */
export class StandingAssignments {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Returns the devices that must be told. */
  async assign(): Promise<string[]> {
    if ((await this.#store.devices.listNew()).length === 0) return [];
    return this.#store.transaction(async (within) => {
      const done = await within.rollouts.list({ states: ['done'] });
      const assigned: string[] = [];
      const busy = await devicesInRollouts(within);
      for (const device of await within.devices.listNew()) {
        if (busy.has(device.id)) continue;
        const isNew = await this.#assignTo(within, device, done);
        if (isNew) assigned.push(device.id);
      }
      return assigned;
    });
  }

  async #assignTo(within: Store, device: DeviceRecord, done: readonly RolloutRecord[]): Promise<boolean> {
    const taken = new Set((await within.devices.desiredSlots(device.id)).map((entry) => entry.slot));
    let isNew = false;
    // Newest first: it has the last word on a slot.
    for (const { plan, model } of done) {
      if (taken.has(plan.slot) || !isTarget(device, plan.labels)) continue;
      const version = (await within.models.aliases(model))['champion'];
      const champion = version === undefined ? undefined : await within.models.findVersion(model, version);
      if (champion?.origin !== 'run') continue;
      taken.add(plan.slot);
      isNew = true;
      const nowMs = this.#clock.nowMs();
      await within.devices.setDesiredSlot({
        deviceId: device.id,
        slot: plan.slot,
        model,
        version: champion.version,
        releaseDigest: champion.releaseDigest,
        samples: plan.samples,
        rolloutId: null,
        setMs: nowMs,
      });
      const message = `${device.id} joins ${model} and gets its champion, version ${champion.version}`;
      await within.events.add({ level: 'info', kind: 'device.assigned', deviceId: device.id, model, message }, nowMs);
    }
    return isNew;
  }
}

async function devicesInRollouts(within: Store): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const rollout of await within.rollouts.list({ states: ['running', 'paused', 'rolling-back'] })) {
    for (const { deviceId } of await within.rollouts.devices(rollout.id)) ids.add(deviceId);
  }
  return ids;
}
