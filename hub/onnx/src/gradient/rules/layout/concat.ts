import { intAttribute } from '../../../format/attributes.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** Each input's part of dy along the axis, all from one Split. */
export const concatGradient: GradientRule = (context) => {
  const axis = intAttribute(context.node, 'axis', 0);
  let parts: string[] | undefined;
  const split = (): string[] =>
    context.opMany('Split', [context.gradient(), sizes(context, axis)], { axis }, context.node.input.length);
  return context.node.input.map((_, index) => () => {
    parts ??= split();
    return parts[index] ?? '';
  });
};

function sizes(context: RuleContext, axis: number): string {
  const known = context.node.input.map((_, index) => {
    const { dims } = context.inputType(index);
    return dims?.[positiveAxis(axis, dims.length)];
  });
  if (known.every((size) => typeof size === 'number')) return context.constant(int64(known));
  const at = context.constant(int64([axis]));
  const measured = context.node.input.map((value) => context.op('Gather', [context.op('Shape', [value]), at]));
  return context.op('Concat', measured, { axis: 0 });
}
