import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { expanded } from './reduce-sum.ts';

/** dy / n repeated along the averaged axes, where n values make one mean. */
export const reduceMeanGradient: GradientRule = (context) => [
  () => expanded(context, context.op('Div', [context.gradient(), countPerMean(context)])),
  undefined,
];

function countPerMean(context: RuleContext): string {
  const to = DATA_TYPE[context.inputType(0).type ?? 'float32'];
  const [from, into] = [context.op('Size', [context.input(0)]), context.op('Size', [context.output()])];
  return context.op('Cast', [context.op('Div', [from, into])], { to });
}
