import { DATA_TYPE, isFloatType } from '../../../tensor/element-type.ts';
import type { GradientRule } from '../../rule-context.ts';

/** Between float types the gradient is cast back; from or to any other type there is none. */
export const castGradient: GradientRule = (context) => {
  const [from, to] = [context.inputType(0).type, context.outputType().type];
  if (!from || !to) throw context.refusal('known element types');
  if (!isFloatType(from) || !isFloatType(to)) return [undefined];
  return [() => context.op('Cast', [context.gradient()], { to: DATA_TYPE[from] })];
};
