import type { AlertRecord } from '../store/alert-store.ts';
import type { RetrainingPolicy, RetrainingRecord, RetrainingState } from '../store/retraining-store.ts';

export const UNFINISHED_RETRAININGS: readonly RetrainingState[] = [
  'collecting',
  'training',
  'comparing',
  'rolling-out',
];

export interface RetrainingFacts {
  readonly policy: RetrainingPolicy | undefined;
  /** The open drift alert about the champion. */
  readonly alert: AlertRecord | undefined;
  /** All of the model, newest first. */
  readonly retrainings: readonly RetrainingRecord[];
  readonly nowMs: number;
}

export type RetrainingDecision = { readonly kind: 'start' } | { readonly kind: 'wait'; readonly reason: string };

/**
 * Whether a retraining starts now. After one that ended, however it ended, the cool-down must pass: what was refused
 * is not tried again at once with nearly the same data.
 */
export function decideRetraining({ policy, alert, retrainings, nowMs }: RetrainingFacts): RetrainingDecision {
  if (!policy?.enabled) return { kind: 'wait', reason: 'no retraining policy is switched on' };
  if (!alert) return { kind: 'wait', reason: 'no alert is open' };
  const [newest] = retrainings;
  if (newest && UNFINISHED_RETRAININGS.includes(newest.state)) {
    return { kind: 'wait', reason: `retraining ${newest.id} is ${newest.state}` };
  }
  const restMs = newest ? newest.updatedMs + policy.coolDownMs - nowMs : 0;
  if (restMs > 0) return { kind: 'wait', reason: `cool-down of ${policy.coolDownMs} ms ends in ${restMs} ms` };
  return { kind: 'start' };
}
