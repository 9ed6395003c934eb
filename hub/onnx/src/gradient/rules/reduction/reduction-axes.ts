import { intAttribute } from '../../../format/attributes.ts';
import { hasInput, integerParameter } from '../../../shape/integer-parameter.ts';
import { reducedAxes } from '../../../shape/rules/reduction.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';

/** A value shaped like the reduction's output, with sizes of 1 where axes are gone: it broadcasts against the input. */
export function withKeptAxes(context: RuleContext, value: string): string {
  if (intAttribute(context.node, 'keepdims', 1) === 1) return value;
  const axes = axesOf(context);
  // Without any dimension, the value broadcasts as it is.
  return axes === 'all' || axes === 'none' ? value : context.op('Unsqueeze', [value, axes.value]);
}

/** Sums a value shaped like the reduction's input over the same axes, which stay with sizes of 1. */
export function sumOverAxes(context: RuleContext, value: string): string {
  const axes = axesOf(context);
  if (axes === 'none') return value;
  if (axes === 'all') return context.op('ReduceSum', [value], { keepdims: 1 });
  const keepsAll = intAttribute(context.node, 'noop_with_empty_axes', 0);
  return context.op('ReduceSum', [value, axes.value], { keepdims: 1, noop_with_empty_axes: keepsAll });
}

/** A value shaped like the reduction's output, repeated to the shape of its input. */
export function expanded(context: RuleContext, value: string): string {
  const { dims } = context.inputType(0);
  const isKnown = dims?.every((dim) => typeof dim === 'number');
  const shape = isKnown ? context.constant(int64(dims)) : context.op('Shape', [context.input(0)]);
  return context.op('Expand', [withKeptAxes(context, value), shape]);
}

/** The reduced axes as an int64 value, where it is not every axis or none. */
function axesOf(context: RuleContext): { readonly value: string } | 'all' | 'none' {
  const { shapes, node } = context;
  const known = reducedAxes(shapes);
  if (known && known.length === context.inputType(0).dims?.length) return 'all';
  const axes = known ?? integerParameter(shapes, 'axes', 1);
  if (axes && axes.length > 0) return { value: context.constant(int64(axes)) };
  if (!axes && hasInput(shapes, 1)) return { value: context.input(1) };
  return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? 'none' : 'all';
}
