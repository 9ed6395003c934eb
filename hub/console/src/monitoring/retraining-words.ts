import type { RetrainingRecord, RetrainingState } from '@edgeloop/hub';
import type { Tone } from '../elements/tone.ts';

export const RETRAINING_TONES: Readonly<Record<RetrainingState, Tone>> = {
  collecting: 'busy',
  training: 'busy',
  comparing: 'busy',
  'rolling-out': 'busy',
  done: 'good',
  refused: 'warn',
  failed: 'bad',
};

export function isRetrainingOver({ state }: Pick<RetrainingRecord, 'state'>): boolean {
  return state === 'done' || state === 'refused' || state === 'failed';
}
