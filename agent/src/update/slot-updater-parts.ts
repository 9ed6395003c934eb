import type { Backoff } from '../backoff.ts';
import type { Log } from '../log.ts';
import type { RunnerSpec } from '../runner/runner-messages.ts';
import type { SlotKeeper } from '../runner/slot-keeper.ts';
import type { QuarantineStore } from '../store/quarantine-store.ts';
import type { SlotStore } from '../store/slot-store.ts';
import type { Time } from '../time.ts';
import type { CrashPolicy } from './crash-policy.ts';
import type { Installed, SlotRecord, Target } from './slot-record.ts';
import type { UpdateSteps } from './update-steps.ts';

/** What one slot's updater works with. */
export interface SlotUpdaterParts {
  readonly slot: string;
  readonly store: SlotStore<SlotRecord>;
  readonly quarantine: Pick<QuarantineStore, 'add'>;
  readonly steps: UpdateSteps;
  readonly keeper: SlotKeeper;
  readonly policy: CrashPolicy;
  /** Waiting times before a failed runner is started again. */
  readonly restarts: Backoff;
  readonly time: Time;
  readonly log: Log;
  /** What a runner has to know to serve an installed model. Reads and verifies its release. */
  specOf(installed: Installed): Promise<RunnerSpec>;
  /** A blob of the served model was found damaged on disk. */
  discard(digest: string): Promise<void>;
  /** Something in the record changed. */
  onChange(): void;
  /** The slot came to rest: blobs that nobody needs may go. */
  onRest(): Promise<void>;
  onRunnerProblem(problem: { code: string; message: string } | undefined): void;
}

/** Whether both ask for the same release in the same words. */
export function isSameTarget(a: Target, b: Target | undefined): boolean {
  return a.releaseDigest === b?.releaseDigest && a.model === b.model && a.version === b.version;
}

/** What a log line says about a record. */
export function about({ target, variant, problem }: SlotRecord): Record<string, unknown> {
  return { model: target?.model, version: target?.version, variant, code: problem?.code, reason: problem?.message };
}
