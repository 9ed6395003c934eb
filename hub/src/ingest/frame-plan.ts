import type { Fault, Frame, Received } from './channel.ts';
import { type Numbered, sequenceStep } from './sequence-plan.ts';

/** A frame with who sent it, when it came, and what is wrong with each of its items. */
export interface JudgedFrame<Item extends Numbered> {
  readonly deviceId: string;
  readonly receivedMs: number;
  readonly frame: Frame<Item>;
  readonly faults: readonly (Fault | undefined)[];
}

export interface PlannedRejection extends Fault {
  readonly sequence: number;
}

/** What to do with the frames of one boot of one device. */
export interface FramePlan<Item extends Numbered> {
  readonly keep: Received<Item>[];
  readonly rejections: PlannedRejection[];
  /** Everything up to here is answered, kept or rejected. */
  upTo: number;
  duplicates: number;
  gaps: number;
}

/** Decides what becomes of frames of one boot, in the order they came, when everything up to `storedUpTo` is stored. */
export function planFrames<Item extends Numbered>(
  frames: readonly JudgedFrame<Item>[],
  storedUpTo: number,
): FramePlan<Item> {
  const plan: FramePlan<Item> = { keep: [], rejections: [], upTo: storedUpTo, duplicates: 0, gaps: 0 };
  for (const { frame, faults, deviceId, receivedMs } of frames) {
    for (const [index, item] of frame.items.entries()) {
      planItem(plan, { deviceId, bootId: frame.bootId, receivedMs, item }, faults[index]);
    }
  }
  return plan;
}

function planItem<Item extends Numbered>(
  plan: FramePlan<Item>,
  received: Received<Item>,
  fault: Fault | undefined,
): void {
  const { firstSequence, lastSequence } = received.item;
  const step = sequenceStep(received.item, plan.upTo);
  if (step.kind === 'duplicate') {
    plan.duplicates++;
  } else if (step.kind === 'gap') {
    plan.gaps++;
  } else {
    const wrong: Fault | undefined =
      step.kind === 'contradiction' ? { code: 'WINDOW_INVALID', message: step.message } : fault;
    // A rejected item counts as answered: the device would send it again for ever, and nothing after it would pass.
    plan.upTo = Math.max(plan.upTo, firstSequence, lastSequence);
    if (wrong) plan.rejections.push({ ...wrong, sequence: firstSequence });
    else plan.keep.push(received);
  }
}
