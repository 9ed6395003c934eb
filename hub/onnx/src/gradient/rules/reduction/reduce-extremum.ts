import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule } from '../../rule-context.ts';
import { sumOverAxes, withKeptAxes } from './reduction-axes.ts';

/** Of ReduceMin and ReduceMax: dy goes to the entry that was taken, in equal shares where several are equal, as in PyTorch. */
export const reduceExtremumGradient: GradientRule = (context) => [
  () => {
    const isTaken = context.op('Equal', [context.input(0), withKeptAxes(context, context.output())]);
    const taken = context.op('Cast', [isTaken], { to: DATA_TYPE[context.floatType] });
    const dy = withKeptAxes(context, context.gradient());
    return context.op('Mul', [taken, context.op('Div', [dy, sumOverAxes(context, taken)])]);
  },
  undefined,
];
