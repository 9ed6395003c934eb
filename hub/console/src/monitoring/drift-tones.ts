import type { DriftLevel } from '@edgeloop/hub';
import type { Tone } from '../elements/tone.ts';

export const DRIFT_TONES: Readonly<Record<DriftLevel, Tone>> = { none: 'good', possible: 'warn', drift: 'bad' };
