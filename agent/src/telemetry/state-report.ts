import {
  digestFromHex,
  type ProcessHealth,
  type ReportedSlot,
  type RunningModel,
  type VariantTest,
} from '@edgeloop/protocol';
import type { DownloadProgress } from '../update/blob-download.ts';
import type { Installed, SlotRecord } from '../update/slot-record.ts';
import type { VariantTest as VariantTestRecord } from '../update/variant-test.ts';

/** What is known about a slot beside its record. */
export interface SlotView {
  readonly record: SlotRecord;
  /** SHA-256 of the bytes that the serving process loaded, hex; undefined when nothing serves. */
  readonly servedDigest: string | undefined;
  readonly inferences: number;
  readonly progress: DownloadProgress | undefined;
  readonly runner: ProcessHealth | undefined;
}

/** A slot as the hub gets to see it. Only a model that really serves is reported as running. */
export function reportSlot({ record, servedDigest, inferences, progress, runner }: SlotView): ReportedSlot {
  const { current, previous, target, problem, selfTest, tests, state } = record;
  const isServed = current !== undefined && servedDigest === current.modelDigest;
  const isReached = target?.releaseDigest === current?.releaseDigest;
  const isArriving = state === 'downloading' || state === 'verifying';
  return {
    slot: record.slot,
    phase: state,
    running: isServed ? runningModel(current, inferences) : undefined,
    previous: previous === undefined ? undefined : runningModel(previous, 0),
    wantedModel: isReached ? '' : (target?.model ?? ''),
    wantedVersion: isReached ? 0 : (target?.version ?? 0),
    downloadedBytes: isArriving ? (progress?.arrivedBytes ?? 0) : 0,
    downloadBytes: isArriving ? (progress?.totalBytes ?? 0) : 0,
    problem: problem === undefined ? undefined : { code: problem.code, message: problem.message, atMs: problem.atMs },
    selfTest,
    runner,
    variantTests: (tests ?? []).map(reportTest),
  };
}

function reportTest({ model, version, variant, selfTest, problem, atMs }: VariantTestRecord): VariantTest {
  return { model, version, variant, selfTest, problem: problem && { ...problem, atMs }, atMs };
}

function runningModel(installed: Installed, inferences: number): RunningModel {
  return {
    model: installed.model,
    version: installed.version,
    variant: installed.variant,
    releaseDigest: digestFromHex(installed.releaseDigest),
    modelDigest: digestFromHex(installed.modelDigest),
    inferences,
    sinceMs: installed.sinceMs,
  };
}
