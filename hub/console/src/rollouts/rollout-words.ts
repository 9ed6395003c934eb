import type { RolloutDeviceRecord, RolloutDeviceState, RolloutRecord, RolloutState } from '@edgeloop/hub';
import type { Tone } from '../elements/tone.ts';
import { formatPercent } from '../format/numbers.ts';

export const ROLLOUT_TONES: Readonly<Record<RolloutState, Tone>> = {
  running: 'busy',
  paused: 'warn',
  done: 'good',
  aborted: 'warn',
  'rolling-back': 'warn',
  'rolled-back': 'bad',
};

export const ROLLOUT_DEVICE_TONES: Readonly<Record<RolloutDeviceState, Tone>> = {
  waiting: 'plain',
  offered: 'busy',
  installing: 'busy',
  healthy: 'good',
  failed: 'bad',
  'rolled-back': 'warn',
};

export type RolloutAction = 'pause' | 'resume' | 'abort' | 'roll-back';

/** What the hub lets people do with a rollout in this state. */
export const ROLLOUT_ACTIONS: Readonly<Record<RolloutState, readonly RolloutAction[]>> = {
  running: ['pause', 'abort', 'roll-back'],
  paused: ['resume', 'abort', 'roll-back'],
  done: ['roll-back'],
  aborted: ['roll-back'],
  'rolling-back': [],
  'rolled-back': [],
};

export function isOver(state: RolloutState): boolean {
  return state === 'done' || state === 'aborted' || state === 'rolled-back';
}

/** One wave with its devices and how it stands. */
export interface Wave {
  readonly number: number;
  /** Share of the fleet that has it after this wave. */
  readonly share: number;
  readonly standing: 'passed' | 'in progress' | 'stopped' | 'waiting';
  readonly devices: readonly RolloutDeviceRecord[];
}

/** The waves of a rollout in order, with the devices of each. */
export function wavesOf(rollout: RolloutRecord, devices: readonly RolloutDeviceRecord[]): readonly Wave[] {
  return rollout.plan.waves.map((share, index) => ({
    number: index + 1,
    share,
    standing: standingOf(rollout, index),
    devices: devices.filter(({ wave }) => wave === index),
  }));
}

function standingOf({ state, wave }: RolloutRecord, index: number): Wave['standing'] {
  if (index < wave || state === 'done') return 'passed';
  if (index > wave) return 'waiting';
  return state === 'running' ? 'in progress' : 'stopped';
}

/** How far a rollout is, in words: "wave 2 of 3". */
export function waveText({ state, wave, plan }: RolloutRecord): string {
  const count = plan.waves.length;
  return state === 'done' ? `all ${count} waves` : `wave ${Math.min(wave + 1, count)} of ${count}`;
}

/** Cumulative shares: "34 % → 100 %". */
export function sharesText(waves: readonly number[]): string {
  return waves.map((share) => formatPercent(share).replace('.0 %', ' %').replace('.00 %', ' %')).join(' → ');
}
