import { stringAttribute } from '../../../format/attributes.ts';
import { paddings } from '../../../shape/rules/layout.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { foldedGradient, isFoldedMode } from './pad-folding.ts';
import { TO_THE_END } from './slice-along.ts';

/**
 * The part of dy that lies on the input; where the padding repeats entries, with dy of the copies added.
 *
 * @see ONNX Pad-19
 */
export const padGradient: GradientRule = (context) => [
  () => {
    const mode = stringAttribute(context.node, 'mode', 'constant');
    if (mode === 'constant') return onInput(context);
    if (!isFoldedMode(mode)) throw context.refusal(`mode constant, reflect, edge or wrap, got ${mode}`);
    return foldedGradient(context, mode);
  },
  undefined,
  () => fillGradient(context),
  undefined,
];

/** dy without what lies on the padding, and with zeros for what a negative padding has cut off. */
function onInput(context: RuleContext): string {
  const gradient = context.gradient();
  const pads = paddings(context.shapes);
  if (!pads) return context.op('Pad', [gradient, context.op('Neg', [context.input(1)]), '', context.input(3)]);
  const all = [...pads.before, ...pads.after];
  if (all.every((amount) => amount === 0)) return gradient;
  if (all.some((amount) => amount < 0)) return context.op('Pad', [gradient, context.constant(int64(all.map(negated)))]);
  // Faster than a negative padding: 0.06 ms against 0.11 ms for [16, 32, 30, 30].
  const axes = pads.before.flatMap((before, axis) => (before > 0 || (pads.after[axis] ?? 0) > 0 ? [axis] : []));
  const starts = axes.map((axis) => pads.before[axis] ?? 0);
  const ends = axes.map((axis) => -(pads.after[axis] ?? 0) || TO_THE_END);
  return context.op('Slice', [gradient, ...[starts, ends, axes].map((list) => context.constant(int64(list)))]);
}

function negated(amount: number): number {
  return amount === 0 ? 0 : -amount;
}

/** Everything that lies on the padding. */
function fillGradient(context: RuleContext): string {
  const sums = [context.gradient(), onInput(context)].map((value) => context.op('ReduceSum', [value], { keepdims: 0 }));
  const outside = context.op('Sub', sums);
  return context.inputType(2).dims?.length === 0 ? outside : context.op('Reshape', [outside, context.shapeOf(2)]);
}
