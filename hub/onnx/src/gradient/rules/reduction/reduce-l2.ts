import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule } from '../../rule-context.ts';
import { withKeptAxes } from './reduction-axes.ts';

/** y = sqrt(sum(x^2)): dx = x dy / y, and 0 where y = 0, as in PyTorch. */
export const reduceL2Gradient: GradientRule = (context) => [
  () => {
    const y = context.output();
    const isPositive = context.op('Cast', [y], { to: DATA_TYPE.bool });
    const ratio = context.op('Div', [context.gradient(), y]);
    const scale = context.op('Where', [isPositive, ratio, context.scalar(0)]);
    return context.op('Mul', [context.input(0), withKeptAxes(context, scale)]);
  },
  undefined,
];
