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

/** A padded axis that is folded back. */
interface Fold {
  readonly context: RuleContext;
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
    const fold = { context, axis, rank: pads.before.length, size: inputLength(context, 0, axis) };
    const part = (start: number, end: number): string => sliceAlong(context, value, axis, { start, end });
    const parts = [part(before, -after || TO_THE_END)];
    if (before > 0) parts.push(FRONT[mode](fold, part(0, before), before));
    if (after > 0) parts.push(BACK[mode](fold, part(-after, TO_THE_END), after));
    value = context.op('Sum', parts);
  }
  return value;
}

/** dy on `count` copies beside the input, put where they came from. */
type Folding = (fold: Fold, copies: string, count: number) => string;

/** Of the copies in front of the input. */
const FRONT: Readonly<Record<FoldedMode, Folding>> = {
  reflect: (fold, copies, count) => placed(fold, turned(fold, copies, count), 1, without(fold, count + 1)),
  edge: (fold, copies) => placed(fold, total(fold, copies), 0, without(fold, 1)),
  wrap: (fold, copies, count) => placed(fold, copies, without(fold, count), 0),
};

/** Of the copies behind the input. */
const BACK: Readonly<Record<FoldedMode, Folding>> = {
  reflect: (fold, copies, count) => placed(fold, turned(fold, copies, count), without(fold, count + 1), 1),
  edge: (fold, copies) => placed(fold, total(fold, copies), without(fold, 1), 0),
  wrap: (fold, copies, count) => placed(fold, copies, 0, without(fold, count)),
};

function placed(fold: Fold, value: string, before: Length, after: Length): string {
  return padAlong(fold.context, value, fold, before, after);
}

// Turned around as a whole, because ONNX Runtime's WebGPU provider takes a step back from entry 0 for something else.
function turned({ context, axis }: Fold, copies: string, count: number): string {
  return count === 1 ? copies : sliceAlong(context, copies, axis, { start: -1, end: TO_THE_START, step: -1 });
}

function without({ context, size }: Fold, count: number): Length {
  return subtractLengths(context, size, count);
}

function total({ context, axis }: Fold, copies: string): string {
  return context.op('ReduceSum', [copies, context.constant(int64([axis]))], { keepdims: 1 });
}
