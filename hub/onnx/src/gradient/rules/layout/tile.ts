import { integersOf } from '../../../shape/integer-parameter.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** dy split into its copies, which are summed. */
export const tileGradient: GradientRule = (context) => [() => sumOfCopies(context), undefined];

function sumOfCopies(context: RuleContext): string {
  const { dims } = context.inputType(0);
  if (!dims) throw context.refusal('an input of known rank');
  const repeats = integersOf(context.shapes.constant(1));
  if (repeats?.every((count) => count === 1)) return context.gradient();
  const isShort = dims.filter((dim) => typeof dim !== 'number').length <= 1 && !dims.includes(0);
  if (!repeats || !isShort) return sumAtRunTime(context, dims.length);
  const [sizes, axes]: [number[], number[]] = [[], []];
  for (const [axis, dim] of dims.entries()) {
    const count = repeats[axis] ?? 1;
    if (count !== 1) axes.push(sizes.push(count) - 1);
    sizes.push(typeof dim === 'number' ? dim : -1);
  }
  return summed(context, context.constant(int64(sizes)), axes);
}

function sumAtRunTime(context: RuleContext, rank: number): string {
  const column = context.constant(int64([1]));
  const columns = [context.input(1), context.op('Shape', [context.input(0)])].map((list) =>
    context.op('Unsqueeze', [list, column]),
  );
  const pairs = context.op('Reshape', [context.op('Concat', columns, { axis: 1 }), context.constant(int64([-1]))]);
  return summed(
    context,
    pairs,
    Array.from({ length: rank }, (_, axis) => 2 * axis),
  );
}

function summed(context: RuleContext, shape: string, axes: readonly number[]): string {
  const split = context.op('Reshape', [context.gradient(), shape]);
  return context.op('ReduceSum', [split, context.constant(int64(axes))], { keepdims: 0 });
}
