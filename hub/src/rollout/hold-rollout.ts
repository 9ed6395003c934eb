import type { RolloutDeviceRecord } from '../store/rollout-store.ts';
import type { RolloutStep, RolloutView } from './decide-rollout.ts';
import { nextRolloutState } from './rollout-table.ts';

/**
 * Pauses a rollout, or goes on with a paused one. While it is paused nothing is offered, nothing is taken back, and
 * no device's time runs out.
 *
 * @throws RequestError CONFLICT when the rollout's state does not allow it
 */
export function holdRollout(
  { rollout, devices }: RolloutView,
  event: 'pause' | 'resume',
  reason: string,
  nowMs: number,
): RolloutStep {
  const state = nextRolloutState(rollout.id, rollout.state, event);
  // Nothing else changes a paused rollout, so it was paused when it was last changed.
  const pausedMs = event === 'resume' ? nowMs - rollout.updatedMs : 0;
  const message = `rollout of ${rollout.model}@${rollout.version} is ${state}: ${reason}`;
  const kind = event === 'pause' ? 'rollout.paused' : 'rollout.resumed';
  return {
    rollout: { ...rollout, state, reason: event === 'pause' ? reason : null, updatedMs: nowMs },
    devices: pausedMs === 0 ? [] : devices.filter(isUnderWay).map((standing) => withPause(standing, pausedMs)),
    offers: [],
    restores: [],
    events: [{ level: 'info', kind, model: rollout.model, message, detail: { rolloutId: rollout.id } }],
  };
}

function isUnderWay({ state }: RolloutDeviceRecord): boolean {
  return state === 'offered' || state === 'installing';
}

function withPause(standing: RolloutDeviceRecord, pausedMs: number): RolloutDeviceRecord {
  return { ...standing, pausedMs: (standing.pausedMs ?? 0) + pausedMs };
}
