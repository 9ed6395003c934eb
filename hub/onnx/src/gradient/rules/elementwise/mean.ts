import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = (a + b + ...) / n */
export const meanGradient: GradientRule = (context) => {
  const count = context.node.input.length;
  let share: string | undefined;
  return context.node.input.map((_, index) => () => {
    share ??= context.op('Mul', [context.gradient(), context.scalar(1 / count)]);
    return unbroadcast(context, share, index);
  });
};
