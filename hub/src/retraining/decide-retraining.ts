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
 * is not tried again at once with nearly the same data. One that was called off before it trained does not count.
 */
export function decideRetraining({ policy, alert, retrainings, nowMs }: RetrainingFacts): RetrainingDecision {
  if (!policy?.enabled) return { kind: 'wait', reason: 'no retraining policy is switched on' };
  if (!alert) return { kind: 'wait', reason: 'no alert is open' };
  const [newest] = retrainings;
  if (newest && UNFINISHED_RETRAININGS.includes(newest.state)) {
    return { kind: 'wait', reason: `retraining ${newest.id} is ${newest.state}` };
  }
  const tried = retrainings.find((entry) => !isCalledOff(entry));
  const restMs = tried ? tried.updatedMs + policy.coolDownMs - nowMs : 0;
  if (restMs > 0) return { kind: 'wait', reason: `cool-down of ${policy.coolDownMs} ms ends in ${restMs} ms` };
  return { kind: 'start' };
}

/** The facts that make a retraining worth going on with. */
export interface RetrainingGround {
  readonly championVersion: number | undefined;
  /** The alert that started it; undefined when a person did. */
  readonly alert: AlertRecord | undefined;
}

/** Why nobody needs this retraining any more; undefined while somebody does. */
export function whyCalledOff(retraining: RetrainingRecord, ground: RetrainingGround): string | undefined {
  const { championVersion: made, challengerVersion, state } = retraining;
  if (state === 'rolling-out') return undefined;
  const champion = ground.championVersion;
  // The challenger itself may be the champion already, when its rollout had nobody to wait for.
  if (champion !== made && (champion === undefined || champion !== challengerVersion)) {
    const now = champion === undefined ? 'there is no champion' : `version ${champion} is the champion`;
    return `${now} now, and no longer version ${made}, which was to be beaten`;
  }
  if (state === 'collecting' && ground.alert?.state === 'resolved') {
    return `the alert ended before there were enough labelled samples: ${ground.alert.resolution ?? 'resolved'}`;
  }
  return undefined;
}

function isCalledOff({ state, runId }: RetrainingRecord): boolean {
  return state === 'done' && runId === null;
}
