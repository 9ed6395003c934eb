import type { Trial } from './slot-record.ts';

/** When a failing runner is started again, and when its model is taken back. */
export interface CrashPolicy {
  /** A model is on trial for this long after it took over. */
  readonly trialMs: number;
  /** Failures in a trial after which the model is taken back. */
  readonly trialFailures: number;
  /** Starts of the whole agent in a trial after which the model is taken back. */
  readonly trialStarts: number;
  /** A model that passed its trial is taken back after this many failures within `loopWindowMs`. */
  readonly loopFailures: number;
  readonly loopWindowMs: number;
}

export const DEFAULT_CRASH_POLICY: CrashPolicy = {
  trialMs: 60_000,
  trialFailures: 3,
  trialStarts: 5,
  loopFailures: 6,
  loopWindowMs: 10 * 60_000,
};

/** What to do about a runner that failed. */
export type CrashVerdict = 'restart' | 'take-back';

/**
 * Decides about a runner that failed.
 *
 * @param trial the trial with this failure counted; undefined for a model that passed it
 * @param recentFailuresMs moments of the failures so far, this one included
 * @param hasPrevious whether there is a model to go back to; a model that passed its trial is kept without one
 */
export function afterFailure(
  policy: CrashPolicy,
  trial: Trial | undefined,
  recentFailuresMs: readonly number[],
  nowMs: number,
  hasPrevious: boolean,
): CrashVerdict {
  if (trial !== undefined) return trial.failures >= policy.trialFailures ? 'take-back' : 'restart';
  const recent = recentFailuresMs.filter((atMs) => nowMs - atMs < policy.loopWindowMs);
  return hasPrevious && recent.length >= policy.loopFailures ? 'take-back' : 'restart';
}
