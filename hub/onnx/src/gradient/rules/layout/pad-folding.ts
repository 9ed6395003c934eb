import { paddings } from '../../../shape/rules/layout.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { inputLength, type Length, subtractLengths } from '../../lengths.ts';
import type { RuleContext } from '../../rule-context.ts';
import { padAlong, sliceAlong, TO_THE_END, TO_THE_START } from './slice-along.ts';

/** Modes of Pad that repeat entries of the input. */
export type FoldedMode = 'reflect' | 'edge' | 'wrap';

export function isFoldedMode(mode: string): mode is FoldedMode {
  return mode === 'reflect' || mode === 'edge' || mode === 'wrap';
}

/** One padded axis of a value that is folded back. */
interface Fold {
  readonly context: RuleContext;
  /** dy so far: axes before this one have the input's size. */
  readonly value: string;
  readonly axis: number;
  readonly rank: number;
  /** Size of the input along the axis. */
  readonly size: Length;
}

/** dy on the input plus dy on the copies, axis by axis. */
export function foldedGradient(context: RuleContext, mode: FoldedMode): string {
  const pads = paddings(context.shapes);
  if (!pads) throw context.refusal(`constant pads in mode ${mode}`);
  if ([...pads.before, ...pads.after].some((amount) => amount < 0)) {
    throw context.refusal(`pads of at least 0 in mode ${mode}`);
  }
  let value = context.gradient();
  for (const [axis, before] of pads.before.entries()) {
    const after = pads.after[axis] ?? 0;
    if (before === 0 && after === 0) continue;
    const fold = { context, value, axis, rank: pads.before.length, size: inputLength(context, 0, axis) };
    const copies = [
      ...(before > 0 ? [FRONT[mode](fold, before)] : []),
      ...(after > 0 ? [BACK[mode](fold, after)] : []),
    ];
    value = context.op('Sum', [
      sliceAlong(context, value, axis, { start: before, end: -after || TO_THE_END }),
      ...copies,
    ]);
  }
  return value;
}

type Folding = (fold: Fold, count: number) => string;

/** Where the copies in front of the input, `count` of them, came from. */
const FRONT: Readonly<Record<FoldedMode, Folding>> = {
  reflect: (fold, count) => {
    const turned = sliceAlong(fold.context, fold.value, fold.axis, { start: count - 1, end: TO_THE_START, step: -1 });
    return padAlong(fold.context, turned, fold, 1, without(fold, count + 1));
  },
  edge: (fold, count) => padAlong(fold.context, total(fold, { end: count }), fold, 0, without(fold, 1)),
  wrap: (fold, count) => {
    const copies = sliceAlong(fold.context, fold.value, fold.axis, { end: count });
    return padAlong(fold.context, copies, fold, without(fold, count), 0);
  },
};

/** Where the copies behind the input, `count` of them, came from. */
const BACK: Readonly<Record<FoldedMode, Folding>> = {
  reflect: (fold, count) => {
    const turned = sliceAlong(fold.context, fold.value, fold.axis, { start: -1, end: -count - 1, step: -1 });
    return padAlong(fold.context, turned, fold, without(fold, count + 1), 1);
  },
  edge: (fold, count) => padAlong(fold.context, total(fold, { start: -count }), fold, without(fold, 1), 0),
  wrap: (fold, count) => {
    const copies = sliceAlong(fold.context, fold.value, fold.axis, { start: -count });
    return padAlong(fold.context, copies, fold, 0, without(fold, count));
  },
};

function without({ context, size }: Fold, count: number): Length {
  return subtractLengths(context, size, count);
}

function total({ context, value, axis }: Fold, part: { start?: number; end?: number }): string {
  const copies = sliceAlong(context, value, axis, part);
  return context.op('ReduceSum', [copies, context.constant(int64([axis]))], { keepdims: 1 });
}
