import type { ReportedState } from '@edgeloop/protocol';
import { InternalError } from '../errors.ts';
import type { DeviceRecord } from '../store/device-store.ts';
import { DEFAULT_ROLLOUT_PLAN } from '../store/rollout-plan.ts';
import type { RolloutDeviceRecord, RolloutPlan, RolloutRecord } from '../store/rollout-store.ts';
import { decideRollout, type RolloutStep, type RolloutView, takeBack } from './decide-rollout.ts';
import type { DeviceErrors } from './device-evidence.ts';
import { holdRollout } from './hold-rollout.ts';
import { type PlannedRollout, planRollout } from './plan-rollout.ts';

const RELEASE = 'ab'.repeat(32);
const OLD_RELEASE = 'cd'.repeat(32);

/** What a simulated device does when it is offered the release. */
export type Behaviour = 'good' | 'refuses' | 'silent' | 'falls-back' | 'errs' | 'slow';

/** A rollout over simulated devices: offers raise generations, reports answer them, time is a number. */
export class RolloutWorld {
  rollout: RolloutRecord;
  devices: RolloutDeviceRecord[];
  nowMs = 1_000_000;
  readonly fleet = new Map<string, DeviceRecord>();
  readonly errors = new Map<string, DeviceErrors>();
  readonly offered: string[] = [];
  readonly restored: string[] = [];
  readonly messages: string[] = [];

  constructor(ids: readonly string[], plan: Partial<RolloutPlan> = {}, options: { hasPrevious?: boolean } = {}) {
    for (const id of ids) this.fleet.set(id, deviceOf(id));
    const planned = this.plan(plan, options.hasPrevious ?? true);
    this.rollout = planned.rollout;
    this.devices = [...planned.devices];
  }

  plan(plan: Partial<RolloutPlan>, hasPrevious: boolean, unfinished: PlannedRollout[] = []): PlannedRollout {
    const current = new Map(
      [...this.fleet.keys()].map((deviceId) => [
        deviceId,
        {
          deviceId,
          slot: 'default',
          model: 'm',
          version: 1,
          releaseDigest: OLD_RELEASE,
          samples: DEFAULT_ROLLOUT_PLAN.samples,
          generation: 1,
          rolloutId: null,
          setMs: 0,
        },
      ]),
    );
    const request = {
      model: 'm',
      version: 2,
      releaseDigest: RELEASE,
      plan: { ...DEFAULT_ROLLOUT_PLAN, ...plan },
      cause: { kind: 'request' as const, ref: 'test' },
    };
    return planRollout(request, [...this.fleet.values()], hasPrevious ? current : new Map(), unfinished, this.nowMs);
  }

  get view(): RolloutView {
    return { rollout: this.rollout, devices: this.devices, fleet: this.fleet, errors: this.errors };
  }

  decide(): RolloutStep {
    return this.#commit(decideRollout(this.view, this.nowMs));
  }

  takeBack(event: 'roll-back' | 'abort'): RolloutStep {
    return this.#commit(takeBack(this.view, event, 'a person said so', this.nowMs));
  }

  hold(event: 'pause' | 'resume'): RolloutStep {
    return this.#commit(holdRollout(this.view, event, 'a person said so', this.nowMs));
  }

  change(id: string, changed: Partial<DeviceRecord>): void {
    const device = this.fleet.get(id);
    if (device) this.fleet.set(id, { ...device, ...changed });
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  standing(id: string): RolloutDeviceRecord {
    const found = this.devices.find((device) => device.deviceId === id);
    if (!found) throw new InternalError(`no device ${id} in the rollout`);
    return found;
  }

  /** The device reports as this behaviour makes it. */
  report(id: string, behaviour: Behaviour, inferences = 1_000): void {
    const standing = this.standing(id);
    if (behaviour === 'silent' || standing.generation === null) return;
    if (behaviour === 'errs') this.errors.set(id, { readings: 1_000, errors: 500 });
    const isServing = ['good', 'errs'].includes(behaviour);
    const phase =
      behaviour === 'refuses' || behaviour === 'falls-back' ? 'refused' : isServing ? 'running' : 'downloading';
    const runs = isServing ? { version: 2, digest: RELEASE } : { version: 1, digest: OLD_RELEASE };
    this.reportRaw(id, standing.generation, {
      slot: 'default',
      phase,
      wantedModel: isServing ? '' : 'm',
      wantedVersion: isServing ? 0 : 2,
      running: { model: 'm', version: runs.version, releaseDigest: runs.digest, inferences },
      problem: phase === 'refused' ? { code: 'SELF_TEST_FAILED', message: 'deviation 3', atMs: 1 } : undefined,
    });
  }

  reportRestored(id: string): void {
    const { generation } = this.standing(id);
    this.reportRaw(id, generation ?? 0, {
      slot: 'default',
      phase: 'running',
      wantedModel: '',
      wantedVersion: 0,
      running: { model: 'm', version: 1, releaseDigest: OLD_RELEASE, inferences: 1 },
    });
  }

  reportRaw(id: string, desiredGeneration: number, slot: Record<string, unknown>): void {
    const device = this.fleet.get(id);
    // As the store keeps reports: bytes are hex strings.
    const reported = { desiredGeneration, slots: [slot], problems: [] } as unknown as ReportedState;
    if (device) this.fleet.set(id, { ...device, reported, online: true });
  }

  #commit(step: RolloutStep): RolloutStep {
    const generationOf = (id: string): number | undefined => {
      const device = this.fleet.get(id);
      if (!device || ![...step.offers, ...step.restores].includes(id)) return undefined;
      const desiredGeneration = device.desiredGeneration + 1;
      this.fleet.set(id, { ...device, desiredGeneration });
      return desiredGeneration;
    };
    const changed = new Map(step.devices.map((device) => [device.deviceId, device]));
    this.rollout = step.rollout;
    this.devices = this.devices.map((device) => {
      const next = changed.get(device.deviceId);
      return next ? { ...next, generation: generationOf(next.deviceId) ?? next.generation } : device;
    });
    this.offered.push(...step.offers);
    this.restored.push(...step.restores);
    this.messages.push(...step.events.map((event) => event.message));
    return step;
  }
}

function deviceOf(id: string): DeviceRecord {
  return {
    id,
    publicKey: {},
    profile: 'simulated',
    profileReason: '',
    labels: { site: id.startsWith('b') ? 'berlin' : 'aachen' },
    agentVersion: '0.1.0',
    capabilities: {},
    enrolledMs: 0,
    revokedMs: null,
    online: true,
    lastSeenMs: 0,
    bootId: null,
    reported: null,
    desiredGeneration: 1,
  };
}
