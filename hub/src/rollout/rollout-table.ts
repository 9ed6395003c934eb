import { RequestError } from '../errors.ts';
import type { RolloutDeviceState, RolloutState } from '../store/rollout-store.ts';

export type RolloutEvent =
  | 'wave-passed'
  | 'last-wave-passed'
  | 'wave-failed'
  | 'pause'
  | 'resume'
  | 'abort'
  | 'roll-back'
  | 'all-restored';

interface Row<State, Event> {
  readonly from: State;
  readonly event: Event;
  readonly to: State;
}

/** The whole behaviour of a rollout; what has no row is refused. Every way back is a row. */
export const ROLLOUT_TABLE: readonly Row<RolloutState, RolloutEvent>[] = [
  { from: 'running', event: 'wave-passed', to: 'running' },
  { from: 'running', event: 'last-wave-passed', to: 'done' },
  { from: 'running', event: 'wave-failed', to: 'rolling-back' },
  { from: 'running', event: 'pause', to: 'paused' },
  { from: 'running', event: 'abort', to: 'aborted' },
  { from: 'running', event: 'roll-back', to: 'rolling-back' },
  { from: 'paused', event: 'resume', to: 'running' },
  { from: 'paused', event: 'abort', to: 'aborted' },
  { from: 'paused', event: 'roll-back', to: 'rolling-back' },
  // Devices that got it keep it after an abort; a person may still take it back, as after the end.
  { from: 'aborted', event: 'roll-back', to: 'rolling-back' },
  { from: 'done', event: 'roll-back', to: 'rolling-back' },
  { from: 'rolling-back', event: 'all-restored', to: 'rolled-back' },
];

export type RolloutDeviceEvent = 'offer' | 'started' | 'proved' | 'problem' | 'silent' | 'restore';

/** The whole behaviour of one device in a rollout. */
export const ROLLOUT_DEVICE_TABLE: readonly Row<RolloutDeviceState, RolloutDeviceEvent>[] = [
  { from: 'waiting', event: 'offer', to: 'offered' },
  { from: 'offered', event: 'started', to: 'installing' },
  { from: 'offered', event: 'problem', to: 'failed' },
  { from: 'offered', event: 'silent', to: 'failed' },
  { from: 'offered', event: 'restore', to: 'rolled-back' },
  { from: 'installing', event: 'proved', to: 'healthy' },
  { from: 'installing', event: 'problem', to: 'failed' },
  { from: 'installing', event: 'silent', to: 'failed' },
  { from: 'installing', event: 'restore', to: 'rolled-back' },
  // A device may fall back by itself after it looked healthy.
  { from: 'healthy', event: 'problem', to: 'failed' },
  { from: 'healthy', event: 'restore', to: 'rolled-back' },
  { from: 'failed', event: 'restore', to: 'rolled-back' },
];

/** @throws RequestError CONFLICT when the rollout's state does not allow the event */
export function nextRolloutState(id: string, from: RolloutState, event: RolloutEvent): RolloutState {
  const row = ROLLOUT_TABLE.find((entry) => entry.from === from && entry.event === event);
  if (row) return row.to;
  const allowed = ROLLOUT_TABLE.filter((entry) => entry.event === event).map((entry) => entry.from);
  throw new RequestError('CONFLICT', `${event} needs rollout ${id} to be ${allowed.join(' or ')}, got ${from}`);
}

/** Undefined when the event means nothing to a device in this state. */
export function nextDeviceState(from: RolloutDeviceState, event: RolloutDeviceEvent): RolloutDeviceState | undefined {
  return ROLLOUT_DEVICE_TABLE.find((entry) => entry.from === from && entry.event === event)?.to;
}
