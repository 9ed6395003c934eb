import type { DeviceRecord } from '../store/device-store.ts';
import type { NewEvent } from '../store/event-store.ts';
import type { RolloutDeviceRecord, RolloutRecord } from '../store/rollout-store.ts';
import { type DeviceErrors, type DeviceEvidence, deviceEvidence, isRestored } from './device-evidence.ts';
import { nextDeviceState, nextRolloutState, type RolloutEvent } from './rollout-table.ts';

/** Everything a decision depends on. */
export interface RolloutView {
  readonly rollout: RolloutRecord;
  readonly devices: readonly RolloutDeviceRecord[];
  /** By device id. */
  readonly fleet: ReadonlyMap<string, DeviceRecord>;
  readonly errors: ReadonlyMap<string, DeviceErrors>;
}

/** What changes; the caller commits it, then tells the devices of `offers` and `restores`. */
export interface RolloutStep {
  readonly rollout: RolloutRecord;
  /** Changed standings only. */
  readonly devices: readonly RolloutDeviceRecord[];
  /** Devices that should run the release from now on. */
  readonly offers: readonly string[];
  /** Devices that should run again what they ran before. */
  readonly restores: readonly string[];
  readonly events: readonly NewEvent[];
}

/** Looks at a rollout and says what comes next; looking again without news changes nothing. */
export function decideRollout(view: RolloutView, nowMs: number): RolloutStep {
  const { rollout } = view;
  if (rollout.state === 'rolling-back') return decideRestored(view, nowMs);
  if (rollout.state !== 'running') return { rollout, devices: [], offers: [], restores: [], events: [] };

  const looked = view.devices.map((standing) => (isGone(view, standing) ? standing : lookAt(standing, view, nowMs)));
  const verdict = waveVerdict(
    rollout,
    looked.filter((standing) => !isGone(view, standing)),
  );
  if (verdict === 'failed') {
    const step = takeBack({ ...view, devices: looked }, 'wave-failed', failureReason(looked), nowMs);
    return { ...step, events: [...deviceEvents(rollout, view.devices, looked), ...step.events] };
  }
  const moved = verdict === 'passed' ? passWave(rollout, nowMs) : rollout;
  const devices = looked.map((standing) =>
    moved.state !== 'running' || isGone(view, standing) ? standing : offerIn(standing, moved, nowMs),
  );
  return {
    rollout: moved,
    devices: devices.filter((standing, index) => standing !== view.devices[index]),
    offers: devices
      .filter((standing, index) => standing.state === 'offered' && view.devices[index]?.state === 'waiting')
      .map(idOf),
    restores: [],
    events: [...deviceEvents(rollout, view.devices, looked), ...waveEvents(rollout, moved, devices)],
  };
}

/**
 * Gives every device that was offered the release what it ran before.
 *
 * @param event 'wave-failed' by the gate, 'roll-back' or 'abort' by a person; an abort leaves healthy devices alone
 * @throws RequestError CONFLICT when the rollout's state does not allow it
 */
export function takeBack(
  view: RolloutView,
  event: RolloutEvent & ('wave-failed' | 'roll-back' | 'abort'),
  reason: string,
  nowMs: number,
): RolloutStep {
  const { rollout } = view;
  const state = nextRolloutState(rollout.id, rollout.state, event);
  const changed = view.devices.flatMap((standing) => {
    if (event === 'abort' && standing.state === 'healthy') return [];
    const next = nextDeviceState(standing.state, 'restore');
    return next ? [{ ...standing, state: next, updatedMs: nowMs }] : [];
  });
  const restores = changed.map(idOf);
  return {
    rollout: { ...rollout, state, reason, updatedMs: nowMs },
    devices: changed,
    offers: [],
    restores,
    events: [
      {
        level: 'warning',
        kind: `rollout.${state}`,
        model: rollout.model,
        message: `rollout of ${rollout.model}@${rollout.version} is ${state}: ${reason}`,
        detail: { rolloutId: rollout.id, devices: restores },
      },
    ],
  };
}

/** A device that was revoked neither proves nor disproves a release, and is offered nothing. */
function isGone({ fleet }: RolloutView, { deviceId }: RolloutDeviceRecord): boolean {
  const device = fleet.get(deviceId);
  return device === undefined || device.revokedMs !== null;
}

function lookAt(standing: RolloutDeviceRecord, view: RolloutView, nowMs: number): RolloutDeviceRecord {
  if (standing.state === 'waiting' || standing.state === 'failed' || standing.state === 'rolled-back') return standing;
  const device = view.fleet.get(standing.deviceId);
  const evidence = deviceEvidence(view.rollout, standing, device, view.errors.get(standing.deviceId));
  const seen = applyEvidence(standing, evidence, view.rollout, nowMs);
  if (seen.state === 'healthy' || seen.state === 'failed') return seen;
  const { deviceTimeoutMs } = view.rollout.plan.gate;
  if (nowMs - (standing.offeredMs ?? nowMs) - (standing.pausedMs ?? 0) <= deviceTimeoutMs) return seen;
  const why = standstill(seen, evidence, device?.online === true);
  const message = `not healthy within ${deviceTimeoutMs} ms of the offer, ${why}`;
  return fail(seen, 'silent', { code: 'DEVICE_SILENT', message }, nowMs);
}

function standstill({ state }: RolloutDeviceRecord, evidence: DeviceEvidence, isOnline: boolean): string {
  if (!isOnline) return 'and offline';
  if (evidence.kind !== 'started' || evidence.lacks === undefined) return `still ${state}`;
  return `it runs, with ${evidence.lacks}`;
}

function applyEvidence(
  standing: RolloutDeviceRecord,
  evidence: DeviceEvidence,
  rollout: RolloutRecord,
  nowMs: number,
): RolloutDeviceRecord {
  if (evidence.kind === 'none') return standing;
  if (evidence.kind === 'problem') return fail(standing, 'problem', evidence.problem, nowMs);
  const started = nextDeviceState(standing.state, 'started');
  const at = started ? { ...standing, state: started, updatedMs: nowMs } : standing;
  if (at.state === 'healthy') return at;
  if (evidence.kind === 'started') return at.healthySinceMs === null ? at : { ...at, healthySinceMs: null };
  const healthySinceMs = at.healthySinceMs ?? nowMs;
  const proved = nowMs - healthySinceMs >= rollout.plan.gate.soakMs && nextDeviceState(at.state, 'proved');
  if (proved) return { ...at, healthySinceMs, state: proved, updatedMs: nowMs };
  return at.healthySinceMs === null ? { ...at, healthySinceMs } : at;
}

function fail(
  standing: RolloutDeviceRecord,
  event: 'problem' | 'silent',
  problem: { code: string; message: string },
  nowMs: number,
): RolloutDeviceRecord {
  const state = nextDeviceState(standing.state, event);
  return state ? { ...standing, state, problem, updatedMs: nowMs } : standing;
}

/**
 * The gate. All devices offered so far count, so that a device that falls back later still stops the rollout. It
 * fails as soon as the success share is out of reach; a wave passes once the share is reached, the last one once
 * nobody is under way any more.
 */
function waveVerdict(rollout: RolloutRecord, devices: readonly RolloutDeviceRecord[]): 'passed' | 'failed' | 'open' {
  const offered = devices.filter((standing) => standing.wave <= rollout.wave);
  if (offered.some((standing) => standing.state === 'waiting')) return 'open';
  const count = (state: string): number => offered.filter((standing) => standing.state === state).length;
  const needed = Math.ceil(rollout.plan.gate.minSuccessShare * offered.length - 1e-9);
  if (offered.length - count('failed') < needed) return 'failed';
  const isLast = rollout.wave === rollout.plan.waves.length - 1;
  const underWay = count('offered') + count('installing');
  return count('healthy') >= needed && (!isLast || underWay === 0) ? 'passed' : 'open';
}

function passWave(rollout: RolloutRecord, nowMs: number): RolloutRecord {
  const isLast = rollout.wave === rollout.plan.waves.length - 1;
  const state = nextRolloutState(rollout.id, rollout.state, isLast ? 'last-wave-passed' : 'wave-passed');
  const wave = isLast ? rollout.wave : rollout.wave + 1;
  return { ...rollout, state, wave, waveStartedMs: nowMs, updatedMs: nowMs };
}

function offerIn(standing: RolloutDeviceRecord, rollout: RolloutRecord, nowMs: number): RolloutDeviceRecord {
  const next = standing.wave <= rollout.wave && nextDeviceState(standing.state, 'offer');
  return next ? { ...standing, state: next, offeredMs: nowMs, updatedMs: nowMs } : standing;
}

function decideRestored(view: RolloutView, nowMs: number): RolloutStep {
  const { rollout, devices, fleet } = view;
  const waits = devices.filter((standing) => {
    const device = fleet.get(standing.deviceId);
    if (standing.state !== 'rolled-back' || standing.generation === null || isGone(view, standing)) return false;
    // A device that stays away finds the old desired state waiting when it comes back.
    const isOverdue = nowMs - standing.updatedMs > rollout.plan.gate.deviceTimeoutMs;
    return !isOverdue && device !== undefined && !isRestored(rollout, standing, device);
  });
  if (waits.length > 0) return { rollout, devices: [], offers: [], restores: [], events: [] };
  const state = nextRolloutState(rollout.id, rollout.state, 'all-restored');
  return {
    rollout: { ...rollout, state, updatedMs: nowMs },
    devices: [],
    offers: [],
    restores: [],
    events: [
      {
        level: 'warning',
        kind: `rollout.${state}`,
        model: rollout.model,
        message: `rollout of ${rollout.model}@${rollout.version} is rolled back: ${rollout.reason ?? 'no reason given'}`,
        detail: { rolloutId: rollout.id },
      },
    ],
  };
}

function failureReason(devices: readonly RolloutDeviceRecord[]): string {
  const failed = devices.filter((standing) => standing.state === 'failed');
  const first = failed[0];
  const why = first?.problem ? `${first.deviceId}: ${first.problem.code}, ${first.problem.message}` : 'no reason given';
  return `${failed.length} of ${devices.length} devices failed; ${why}`;
}

function deviceEvents(
  rollout: RolloutRecord,
  before: readonly RolloutDeviceRecord[],
  after: readonly RolloutDeviceRecord[],
): NewEvent[] {
  return after.flatMap((standing, index): NewEvent[] => {
    if (standing.state === before[index]?.state || !['healthy', 'failed'].includes(standing.state)) return [];
    const { deviceId, problem } = standing;
    return [
      {
        level: problem ? 'warning' : 'info',
        kind: `rollout.device-${standing.state}`,
        deviceId,
        model: rollout.model,
        code: problem?.code ?? null,
        message: problem
          ? `${deviceId} did not take ${rollout.model}@${rollout.version}: ${problem.message}`
          : `${deviceId} runs ${rollout.model}@${rollout.version}`,
        detail: { rolloutId: rollout.id, wave: standing.wave },
      },
    ];
  });
}

function waveEvents(before: RolloutRecord, after: RolloutRecord, devices: readonly RolloutDeviceRecord[]): NewEvent[] {
  if (after === before) return [];
  const what = `rollout of ${after.model}@${after.version}`;
  const message =
    after.state === 'done'
      ? `${what} is done on ${devices.filter((standing) => standing.state === 'healthy').length} devices`
      : `${what} goes on with wave ${after.wave + 1} of ${after.plan.waves.length}`;
  const kind = after.state === 'done' ? 'rollout.done' : 'rollout.wave-started';
  return [{ level: 'info', kind, model: after.model, message, detail: { rolloutId: after.id, wave: after.wave } }];
}

function idOf(standing: RolloutDeviceRecord): string {
  return standing.deviceId;
}
