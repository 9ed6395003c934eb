import { type SlicePart, sliceParts } from '../../../shape/slice-parts.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { filled } from '../../filled.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { TO_THE_START } from './slice-along.ts';
import { type SteppedPart, slicePads } from './slice-pads.ts';

/** dy with its entries set apart by the steps, turned around where a step is negative, and zeros around it. */
export const sliceGradient: GradientRule = (context) => [
  () => {
    const parts = sliceParts(context.shapes);
    if (!parts) throw context.refusal('an input of known rank and constant axes');
    if (!parts.every(hasStep)) throw context.refusal('constant steps');
    // ONNX Runtime does not turn an empty value around.
    if (context.outputType().dims?.includes(0)) return filled(context, context.op('Shape', [context.input(0)]), 0);
    const spread = setApart(context, turnedAround(context, parts), parts);
    return context.op('Pad', [spread, slicePads(context, parts)]);
  },
];

function hasStep(part: SlicePart): part is SteppedPart {
  return part.step !== undefined;
}

/** dy from the front, also along axes that were taken from the back. */
function turnedAround(context: RuleContext, parts: readonly SteppedPart[]): string {
  const backward = parts.filter(({ step }) => step < 0).map(({ axis }) => axis);
  if (backward.length === 0) return context.gradient();
  const lists = [backward.map(() => -1), backward.map(() => TO_THE_START), backward, backward.map(() => -1)];
  return context.op('Slice', [context.gradient(), ...lists.map((list) => context.constant(int64(list)))]);
}

/** `gradient` with |step| - 1 zeros behind each entry along a stepped axis. */
function setApart(context: RuleContext, gradient: string, parts: readonly SteppedPart[]): string {
  const rank = context.inputType(0).dims?.length ?? 0;
  const steps = new Array<number>(rank).fill(1);
  for (const { axis, step } of parts) steps[axis] = Math.abs(step);
  if (steps.every((step) => step === 1)) return gradient;
  const axes = steps.flatMap((step, axis) => (step === 1 ? [] : [axis]));
  const split = context.op('Unsqueeze', [gradient, context.constant(int64(axes.map((axis, at) => axis + at + 1)))]);
  const gaps = steps.flatMap((step) => (step === 1 ? [0] : [0, step - 1]));
  const padded = context.op('Pad', [split, context.constant(int64([...gaps.map(() => 0), ...gaps]))]);
  return context.op('Reshape', [padded, spreadShape(context, gradient, steps)]);
}

function spreadShape(context: RuleContext, gradient: string, steps: readonly number[]): string {
  const sizes = context.outputType().dims;
  if (sizes?.every((size) => typeof size === 'number')) {
    return context.constant(int64(sizes.map((size, axis) => size * (steps[axis] ?? 1))));
  }
  return context.op('Mul', [context.op('Shape', [gradient]), context.constant(int64(steps))]);
}
