import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** dY over the number of positions, at each of them. ONNX GlobalAveragePool-1 */
export const globalAveragePoolGradient: GradientRule = (context) => [
  () => {
    const sizes = context.inputType(0).dims?.slice(2);
    if (!sizes?.every((size) => typeof size === 'number')) return atRunTime(context);
    const positions = sizes.reduce((product, size) => product * size, 1);
    const share = context.op('Mul', [context.gradient(), context.scalar(1 / positions)]);
    // Expand broadcasts both ways, so batch and channels stay those of dY.
    return context.op('Expand', [share, context.constant(int64([1, 1, ...sizes]))]);
  },
];

function atRunTime(context: RuleContext): string {
  const [from, into] = [context.op('Size', [context.input(0)]), context.op('Size', [context.output()])];
  const positions = context.op('Cast', [context.op('Div', [from, into])], { to: DATA_TYPE[context.floatType] });
  const share = context.op('Div', [context.gradient(), positions]);
  return context.op('Expand', [share, context.op('Shape', [context.input(0)])]);
}
