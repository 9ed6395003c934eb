import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = a + b + ... */
export const sumGradient: GradientRule = (context) =>
  context.node.input.map((_, index) => () => unbroadcast(context, context.gradient(), index));
