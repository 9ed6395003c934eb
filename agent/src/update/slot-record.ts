import type { SelfTest } from '@edgeloop/protocol';
import { nextState, type UpdateState } from './transition-table.ts';
import { testsOf, type VariantTest, withTest } from './variant-test.ts';

/** What desired state asks for in one slot. */
export interface Target {
  readonly model: string;
  readonly version: number;
  /** SHA-256 of the signed release, hex. */
  readonly releaseDigest: string;
  /** BlobRef of the signed release, encoded, base64. */
  readonly releaseRef: string;
}

/** A model that passed its self-test here. */
export interface Installed {
  readonly model: string;
  readonly version: number;
  readonly variant: string;
  readonly releaseDigest: string;
  readonly releaseRef: string;
  /** SHA-256 of the model, hex. */
  readonly modelDigest: string;
  /** SHA-256 of its golden vectors, hex. */
  readonly goldenDigest: string;
  /** When it began to serve. */
  readonly sinceMs: number;
}

/** Why something was refused, and whether asking again can help. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly atMs: number;
  /** Nothing but another release can help. */
  readonly isFinal: boolean;
}

/** A model on trial: it serves, and is taken back when it fails. */
export interface Trial {
  readonly failures: number;
  /** How often the agent was started during the trial: a model may take the whole device down. */
  readonly starts: number;
}

/** Everything about one slot that survives a restart. */
export interface SlotRecord {
  readonly slot: string;
  readonly state: UpdateState;
  readonly target?: Target | undefined;
  /** Variant of the target that is worked on; undefined until the release was read. */
  readonly variant?: string | undefined;
  /** Variants of the target that failed their self-test. */
  readonly tried: readonly string[];
  /** How often a blob of the target was damaged on disk. */
  readonly damaged: number;
  readonly current?: Installed | undefined;
  readonly previous?: Installed | undefined;
  readonly trial?: Trial | undefined;
  /** SHA-256 of the model that is being taken back, hex. */
  readonly failedDigest?: string | undefined;
  readonly problem?: Refusal | undefined;
  readonly selfTest?: SelfTest | undefined;
  /** Tests of variants of `current`, `previous` and `target`, oldest first. Missing in records of older agents. */
  readonly tests?: readonly VariantTest[] | undefined;
  /** How often the agent was started while the variant was being tested: a test may take the whole device down. */
  readonly testStarts?: number | undefined;
}

/** What happened, with what there is to know about it. */
export type SlotEvent =
  | { readonly event: 'wanted'; readonly target: Target }
  | { readonly event: 'content'; readonly target: Target }
  | { readonly event: 'withdrawn' }
  | { readonly event: 'blobs-arrived' }
  | { readonly event: 'download-failed'; readonly problem: Refusal }
  | { readonly event: 'blob-damaged' }
  | { readonly event: 'variant-chosen'; readonly variant: string }
  | { readonly event: 'release-refused'; readonly problem: Refusal }
  | { readonly event: 'model-verified' }
  | { readonly event: 'self-test-passed'; readonly test: VariantTest }
  | { readonly event: 'self-test-next'; readonly test: VariantTest }
  | { readonly event: 'self-test-failed'; readonly test: VariantTest; readonly problem: Refusal }
  | { readonly event: 'switched'; readonly installed: Installed }
  | { readonly event: 'switch-failed'; readonly problem: Refusal; readonly failedDigest: string }
  | { readonly event: 'trial-passed' }
  | { readonly event: 'runner-failed'; readonly problem: Refusal }
  | { readonly event: 'restored' }
  | { readonly event: 'nothing-to-restore' };

/** The record of a slot that never had a model. */
export function emptyRecord(slot: string): SlotRecord {
  return { slot, state: 'idle', tried: [], damaged: 0 };
}

/** The record after an event; undefined when the event means nothing in the record's state. */
export function applyEvent(record: SlotRecord, happened: SlotEvent): SlotRecord | undefined {
  const state = nextState(record.state, happened.event);
  if (state === undefined) return undefined;
  return { ...record, state, testStarts: undefined, ...changes(record, happened) };
}

/** The record at a start of the agent: a model on trial and a test that was under way have seen one more. */
export function countStart(record: SlotRecord): SlotRecord {
  const { trial, state, testStarts = 0 } = record;
  const counted = trial === undefined ? record : { ...record, trial: { ...trial, starts: trial.starts + 1 } };
  return state === 'self-testing' ? { ...counted, testStarts: testStarts + 1 } : counted;
}

/** The record after a test of the served model that somebody asked for. */
export function afterRetest(record: SlotRecord, test: VariantTest): SlotRecord {
  return { ...record, ...tested(record, test) };
}

function changes(record: SlotRecord, happened: SlotEvent): Partial<SlotRecord> {
  switch (happened.event) {
    case 'wanted':
      return { target: happened.target, ...FRESH, tests: testsKept(record, happened.target) };
    case 'content':
      return { target: happened.target, ...FRESH, selfTest: record.selfTest };
    case 'withdrawn':
      return { target: undefined, current: undefined, previous: undefined, trial: undefined, ...FRESH, tests: [] };
    case 'variant-chosen':
      return { variant: happened.variant };
    case 'blob-damaged':
      return { damaged: record.damaged + 1 };
    case 'download-failed':
    case 'release-refused':
      return { problem: happened.problem };
    case 'self-test-passed':
      return tested(record, happened.test);
    case 'self-test-next':
      return {
        ...tested(record, happened.test),
        variant: undefined,
        tried: [...record.tried, happened.test.variant],
      };
    case 'self-test-failed':
      return { ...tested(record, happened.test), problem: happened.problem };
    case 'switched':
      return replaceCurrent(record, happened.installed);
    case 'trial-passed':
      return { trial: undefined };
    case 'switch-failed':
      return { problem: happened.problem, failedDigest: happened.failedDigest };
    case 'runner-failed':
      return takeBack(record, happened.problem);
    case 'restored':
    case 'nothing-to-restore':
      return { failedDigest: undefined };
    default:
      return {};
  }
}

const FRESH = { variant: undefined, tried: [], damaged: 0, problem: undefined, selfTest: undefined } as const;

function tested(record: SlotRecord, test: VariantTest): Partial<SlotRecord> {
  return { selfTest: test.selfTest, tests: withTest(record.tests, test) };
}

function testsKept({ tests, current, previous }: SlotRecord, target: Target): readonly VariantTest[] {
  return testsOf(tests, [current, previous, target]);
}

function replaceCurrent(record: SlotRecord, installed: Installed): Partial<SlotRecord> {
  // A model fetched again because its file was damaged is no step forward: the way back stays the same.
  const isSame = record.current?.modelDigest === installed.modelDigest;
  const previous = isSame ? record.previous : record.current;
  return { current: installed, previous, trial: { failures: 0, starts: 0 } };
}

/** What served before serves again, in the same write that records the failure. */
function takeBack(record: SlotRecord, problem: Refusal): Partial<SlotRecord> {
  const isTarget = record.target?.releaseDigest === record.current?.releaseDigest;
  return {
    current: record.previous,
    previous: undefined,
    trial: undefined,
    failedDigest: record.current?.modelDigest,
    problem,
    // A newcomer that was on its way is not to blame: without a target it is wanted again.
    target: isTarget ? record.target : undefined,
  };
}

/** Digests of the blobs that a slot at rest still needs, hex. */
export function neededDigests({ current, previous, target, problem }: SlotRecord): string[] {
  const installed = [current, previous].flatMap((model) =>
    model === undefined ? [] : [model.releaseDigest, model.modelDigest, model.goldenDigest],
  );
  // What may be tried again need not be fetched again; only the release is known by name here.
  return target !== undefined && problem?.isFinal !== true ? [...installed, target.releaseDigest] : installed;
}
