import type { SlotStatus } from './agent-status.ts';
import type { SlotRecord } from './update/slot-record.ts';

/** A slot for people and scripts on the device, from its record and what is known beside it. */
export function slotStatus(record: SlotRecord, live: Partial<SlotStatus> = {}): SlotStatus {
  const { current, previous, target, problem, tests = [] } = record;
  const isReached = target?.releaseDigest === current?.releaseDigest;
  return {
    slot: record.slot,
    phase: record.state,
    model: current?.model,
    version: current?.version,
    variant: current?.variant,
    modelDigest: current?.modelDigest,
    previousVersion: previous?.version,
    wantedModel: isReached ? undefined : target?.model,
    wantedVersion: isReached ? undefined : target?.version,
    problem: problem === undefined ? undefined : { code: problem.code, message: problem.message },
    refusedVariants: tests.flatMap(({ version, variant, problem: refusal }) =>
      refusal === undefined ? [] : [{ version, variant, message: refusal.message }],
    ),
    ...live,
  };
}
