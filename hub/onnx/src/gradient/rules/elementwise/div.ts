import type { GradientRule } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** y = a / b: da = dy / b, db = -dy y / b */
export const divGradient: GradientRule = (context) => [
  () => unbroadcast(context, context.op('Div', [context.gradient(), context.input(1)]), 0),
  () => {
    const scaled = context.op('Div', [context.op('Mul', [context.gradient(), context.output()]), context.input(1)]);
    return context.op('Neg', [unbroadcast(context, scaled, 1)]);
  },
];
