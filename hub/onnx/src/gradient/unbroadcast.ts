import type { Dim } from '../graph/value-type.ts';
import { alignedDim } from '../shape/broadcast-dims.ts';
import { int64 } from '../tensor/tensor.ts';
import type { RuleContext } from './rule-context.ts';

/**
 * Sums `gradient`, which has the shape of the node's first output, to the shape of input `index`: the gradient of
 * broadcasting.
 *
 * Decided while the graph is built where the shapes allow it, else by nodes that look at the shapes at run time.
 */
export function unbroadcast(context: RuleContext, gradient: string, index: number): string {
  return unbroadcastFrom(context, gradient, context.outputType().dims, index);
}

/** Sums `gradient`, whose shape is `from`, to the shape of input `index`. */
export function unbroadcastFrom(
  context: RuleContext,
  gradient: string,
  from: readonly Dim[] | undefined,
  index: number,
): string {
  const target = context.inputType(index).dims;
  const axes = target && from && summedAxes(target, from);
  if (!target || !from || !axes) return unbroadcastAtRunTime(context, gradient, index);
  if (axes.length === 0) return gradient;
  const isBare = axes.length === from.length - target.length && axes.every((axis, at) => axis === at);
  const summed = context.op('ReduceSum', [gradient, context.constant(int64(axes))], { keepdims: isBare ? 0 : 1 });
  return isBare || from.length === target.length ? summed : context.op('Reshape', [summed, context.shapeOf(index)]);
}

/** Axes of `from` that were repeated to get there from `target`; `undefined` when that shows only at run time. */
function summedAxes(target: readonly Dim[], from: readonly Dim[]): number[] | undefined {
  const axes: number[] = [];
  for (const [axis, size] of from.entries()) {
    const own = alignedDim(target, axis, from.length);
    if (axis < from.length - target.length || (own === 1 && size !== 1)) axes.push(axis);
    // A size above 1 cannot have been repeated.
    else if (typeof own !== 'number' && (own === undefined || own !== size)) return undefined;
  }
  return axes;
}

function unbroadcastAtRunTime(context: RuleContext, gradient: string, index: number): string {
  const target = context.op('Shape', [context.input(index)]);
  const from = context.op('Shape', [gradient]);
  const missing = context.op('Sub', [context.op('Shape', [from]), context.op('Shape', [target])]);
  const ones = context.op('Expand', [context.constant(int64([1])), missing]);
  const aligned = context.op('Concat', [ones, target], { axis: 0 });
  const differs = context.op('Not', [context.op('Equal', [aligned, from])]);
  const axes = context.op('Reshape', [context.op('NonZero', [differs]), context.constant(int64([-1]))]);
  const summed = context.op('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return context.op('Reshape', [summed, target]);
}
