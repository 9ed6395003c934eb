import { reducedAxes } from '../../../shape/rules/reduction.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { expanded } from './reduction-axes.ts';

/** dy / n repeated along the averaged axes, where n values make one mean. */
export const reduceMeanGradient: GradientRule = (context) => [
  () => expanded(context, context.op('Div', [context.gradient(), countPerMean(context)])),
  undefined,
];

function countPerMean(context: RuleContext): string {
  const { dims } = context.inputType(0);
  const averaged = reducedAxes(context.shapes)?.map((axis) => dims?.[axis]);
  if (averaged?.every((dim) => typeof dim === 'number')) {
    return context.scalar(averaged.reduce((count, dim) => count * dim, 1));
  }
  const [from, into] = [context.op('Size', [context.input(0)]), context.op('Size', [context.output()])];
  return context.op('Cast', [context.op('Div', [from, into])], { to: DATA_TYPE[context.floatType] });
}
