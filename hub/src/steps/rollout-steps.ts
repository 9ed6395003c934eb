import type { FirmwareProfile } from '@edgeloop/firmware-profiles';
import { fitCheck } from '@edgeloop/firmware-profiles';
import type { Release, Variant } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import { decideRollout, type RolloutStep, type RolloutView, takeBack } from '../rollout/decide-rollout.ts';
import type { DeviceErrors } from '../rollout/device-evidence.ts';
import { holdRollout } from '../rollout/hold-rollout.ts';
import { isTarget, type PlannedRollout, planRollout, refuseOverlap } from '../rollout/plan-rollout.ts';
import type { DesiredSlotRecord, DeviceRecord } from '../store/device-store.ts';
import type { RolloutDeviceRecord, RolloutPlan, RolloutRecord, RolloutState } from '../store/rollout-store.ts';
import type { Store } from '../store/store.ts';

/** What the steps need of releases. */
export interface ReleaseReader {
  /** @throws RequestError NOT_FOUND for an unknown version */
  read(model: string, version: number): Promise<{ release: Release; releaseDigest: string }>;
}

export const UNFINISHED_ROLLOUTS: readonly RolloutState[] = ['running', 'rolling-back'];

export interface RolloutStepsParts {
  readonly store: Store;
  readonly releases: ReleaseReader;
  readonly clock: Clock;
  profileOf(name: string): FirmwareProfile | undefined;
}

export interface NewRollout {
  readonly model: string;
  readonly version: number;
  readonly plan: RolloutPlan;
  readonly cause: RolloutRecord['cause'];
}

/** A committed change, and the devices that must hear of it. */
export interface RolloutChange {
  readonly rollout: RolloutRecord;
  readonly deviceIds: readonly string[];
}

/** Starts rollouts and carries them on. Everything is committed before any device is told. */
export class RolloutSteps {
  readonly #parts: RolloutStepsParts;

  constructor(parts: RolloutStepsParts) {
    this.#parts = parts;
  }

  /**
   * Plans a rollout and makes the first offers.
   *
   * @throws RequestError NOT_FOUND for an unknown version, CONFLICT while another rollout has one of the devices,
   *   PROFILE_UNFIT when no variant fits one of them
   */
  async start(request: NewRollout): Promise<RolloutChange> {
    const { release, releaseDigest } = await this.#parts.releases.read(request.model, request.version);
    const id = await this.#parts.store.transaction(async (within) => {
      const fleet = await within.devices.list();
      this.#refuseUnfit(
        release,
        fleet.filter((device) => isTarget(device, request.plan.labels)),
      );
      const unfinished = await unfinishedRollouts(within);
      const current = await currentSlots(within, fleet, request.plan.slot);
      const nowMs = this.#parts.clock.nowMs();
      const { rollout, devices } = planRollout({ ...request, releaseDigest }, fleet, current, unfinished, nowMs);
      await within.rollouts.add(rollout, devices);
      const message = `rollout of ${rollout.model}@${rollout.version} to ${devices.length} devices started`;
      const detail = { rolloutId: rollout.id, waves: rollout.plan.waves };
      await within.events.add({ level: 'info', kind: 'rollout.started', model: rollout.model, message, detail }, nowMs);
      if (rollout.state === 'done') await crown(within, rollout, nowMs);
      return rollout.id;
    });
    return this.advance(id);
  }

  /** Looks at the devices and does what comes next; looking again without news changes nothing. */
  async advance(id: string): Promise<RolloutChange> {
    return this.#inTransaction(id, async (view, nowMs) => decideRollout(view, nowMs));
  }

  /** @throws RequestError CONFLICT when its state does not allow it or another rollout is under way there, NOT_FOUND */
  async takeBack(id: string, event: 'roll-back' | 'abort', reason: string): Promise<RolloutChange> {
    return this.#inTransaction(id, async (view, nowMs, within) => {
      const step = takeBack(view, event, reason, nowMs);
      // The other one would later restore the very release that is taken back here.
      const others = (await unfinishedRollouts(within)).filter(({ rollout }) => rollout.id !== id);
      refuseOverlap(step.restores, view.rollout.plan.slot, others);
      return step;
    });
  }

  /** @throws RequestError CONFLICT when its state does not allow it, NOT_FOUND */
  async hold(id: string, event: 'pause' | 'resume', reason: string): Promise<RolloutChange> {
    return this.#inTransaction(id, async (view, nowMs) => holdRollout(view, event, reason, nowMs));
  }

  async #inTransaction(
    id: string,
    decide: (view: RolloutView, nowMs: number, within: Store) => Promise<RolloutStep>,
  ): Promise<RolloutChange> {
    return this.#parts.store.transaction(async (within) => {
      const rollout = await within.rollouts.find(id);
      if (!rollout) throw new RequestError('NOT_FOUND', `no rollout ${id}`);
      const nowMs = this.#parts.clock.nowMs();
      const view = await viewOf(within, rollout, nowMs);
      const step = await decide(view, nowMs, within);
      await commitStep(within, step, view, nowMs);
      return { rollout: step.rollout, deviceIds: [...step.offers, ...step.restores] };
    });
  }

  /** A model that cannot run on a device is refused before anybody hears of it. */
  #refuseUnfit(release: Release, devices: readonly DeviceRecord[]): void {
    for (const device of devices) {
      const profile = this.#parts.profileOf(device.profile);
      if (!profile) continue;
      const perVariant = release.variants.map((variant) => ({
        name: variant.name,
        reasons: unfitness(variant, profile),
      }));
      if (perVariant.some(({ reasons }) => reasons.length === 0)) continue;
      const reasons = perVariant.map(({ name, reasons: own }) => `${name}: ${own.join(', ')}`);
      throw new RequestError(
        'PROFILE_UNFIT',
        `no variant of ${release.model}@${release.version} fits ${device.id}: ${reasons.join('; ')}`,
        { details: { deviceId: device.id, profile: profile.name, reasons } },
      );
    }
  }
}

/** Why a device of this kind does not take a variant, as it would find out itself; empty where it does. */
function unfitness(variant: Variant, profile: FirmwareProfile): readonly string[] {
  const { name, format, profiles, model, weightBytes, activationBytes, opset } = variant;
  if (profiles.length > 0 && !profiles.includes(profile.name)) return [`it is for ${profiles.join(', ')}`];
  // Releases from before the field named variants after their format.
  const facts = { sizeBytes: model?.sizeBytes ?? 0, weightBytes, activationBytes, format: format || name, opset };
  return fitCheck(facts, profile).map(({ reason }) => reason);
}

async function viewOf(within: Store, rollout: RolloutRecord, nowMs: number): Promise<RolloutView> {
  const devices = await within.rollouts.devices(rollout.id);
  const fleet = new Map<string, DeviceRecord>();
  const errors = new Map<string, DeviceErrors>();
  for (const standing of devices) {
    const device = await within.devices.find(standing.deviceId);
    if (device) fleet.set(device.id, device);
    if (standing.state === 'installing') {
      errors.set(standing.deviceId, await errorsOf(within, rollout, standing, nowMs));
    }
  }
  return { rollout, devices, fleet, errors };
}

async function errorsOf(
  within: Store,
  { model, version }: RolloutRecord,
  { deviceId, offeredMs }: RolloutDeviceRecord,
  nowMs: number,
): Promise<DeviceErrors> {
  const stored = await within.telemetry.windows({
    model,
    version,
    deviceId,
    fromMs: offeredMs ?? nowMs,
    toMs: nowMs + 1,
  });
  return stored.reduce(
    (sum, { window }) => ({
      readings: sum.readings + window.readings,
      errors: sum.errors + window.errors.reduce((count, error) => count + error.count, 0),
    }),
    { readings: 0, errors: 0 },
  );
}

async function commitStep(within: Store, step: RolloutStep, before: RolloutView, nowMs: number): Promise<void> {
  const { rollout } = step;
  const generations = new Map<string, number>();
  for (const deviceId of step.offers) {
    generations.set(
      deviceId,
      await within.devices.setDesiredSlot({
        deviceId,
        slot: rollout.plan.slot,
        model: rollout.model,
        version: rollout.version,
        releaseDigest: rollout.releaseDigest,
        samples: rollout.plan.samples,
        rolloutId: rollout.id,
        setMs: nowMs,
      }),
    );
  }
  for (const deviceId of step.restores) {
    const standing = before.devices.find((entry) => entry.deviceId === deviceId);
    const generation = standing && (await restore(within, rollout, standing, nowMs));
    if (generation !== undefined) generations.set(deviceId, generation);
  }
  for (const standing of step.devices) {
    const kept = step.restores.includes(standing.deviceId) ? null : standing.generation;
    await within.rollouts.saveDevice({ ...standing, generation: generations.get(standing.deviceId) ?? kept });
  }
  if (rollout !== before.rollout) await within.rollouts.save(rollout);
  for (const event of step.events) await within.events.add(event, nowMs);
  if (rollout.state === 'done' && before.rollout.state !== 'done') await crown(within, rollout, nowMs);
  if (rollout.state === 'rolling-back' && before.rollout.state === 'done') await uncrown(within, before, nowMs);
}

/** Only what this rollout set is taken back: a newer rollout may have the slot by now. */
async function restore(
  within: Store,
  rollout: RolloutRecord,
  { deviceId, previous }: RolloutDeviceRecord,
  nowMs: number,
): Promise<number | undefined> {
  const { slot, samples } = rollout.plan;
  const now = (await within.devices.desiredSlots(deviceId)).find((entry) => entry.slot === slot);
  if (now?.rolloutId !== rollout.id) return undefined;
  if (previous === null) return within.devices.removeDesiredSlot(deviceId, slot);
  const before = { ...previous, samples: previous.samples ?? samples };
  return within.devices.setDesiredSlot({ deviceId, slot, ...before, rolloutId: null, setMs: nowMs });
}

/** The version that is everywhere is the champion; it challenges nobody any more. */
async function crown(within: Store, { id, model, version }: RolloutRecord, atMs: number): Promise<void> {
  const aliases = await within.models.aliases(model);
  const cause = `rollout ${id}`;
  if (aliases['champion'] !== version) {
    await within.models.moveAlias(model, { alias: 'champion', toVersion: version, cause, atMs });
  }
  if (aliases['challenger'] === version) {
    await within.models.moveAlias(model, { alias: 'challenger', toVersion: null, cause, atMs });
  }
}

/** After a finished rollout is taken back, the version most devices return to is the champion again. */
async function uncrown(within: Store, { rollout, devices }: RolloutView, atMs: number): Promise<void> {
  const counts = new Map<number, number>();
  for (const { previous } of devices) {
    if (previous?.model === rollout.model) counts.set(previous.version, (counts.get(previous.version) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const aliases = await within.models.aliases(rollout.model);
  if (aliases['champion'] !== rollout.version || most === undefined) return;
  const cause = `roll back of rollout ${rollout.id}`;
  await within.models.moveAlias(rollout.model, { alias: 'champion', toVersion: most[0], cause, atMs });
}

async function unfinishedRollouts(within: Store): Promise<PlannedRollout[]> {
  const unfinished: PlannedRollout[] = [];
  for (const rollout of await within.rollouts.list({ states: ['running', 'paused', 'rolling-back'] })) {
    unfinished.push({ rollout, devices: await within.rollouts.devices(rollout.id) });
  }
  return unfinished;
}

async function currentSlots(
  within: Store,
  fleet: readonly DeviceRecord[],
  slot: string,
): Promise<Map<string, DesiredSlotRecord>> {
  const current = new Map<string, DesiredSlotRecord>();
  for (const device of fleet) {
    const found = (await within.devices.desiredSlots(device.id)).find((entry) => entry.slot === slot);
    if (found) current.set(device.id, found);
  }
  return current;
}
