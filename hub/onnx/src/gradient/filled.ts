import { floatTensor } from '../tensor/float-tensor.ts';
import { int64 } from '../tensor/tensor.ts';
import type { RuleContext } from './rule-context.ts';

/** A value of the gradient's element type that is `value` everywhere. `shape`: its sizes, an int64 value [rank]. */
export function filled(context: RuleContext, shape: string, value: number): string {
  return context.op('ConstantOfShape', [shape], { value: floatTensor(context.floatType, [value], [1]) });
}

/** Zeros in the shape of output `index`: its gradient where the loss does not depend on it. */
export function zerosLikeOutput(context: RuleContext, index: number): string {
  const { dims } = context.outputType(index);
  const isKnown = dims?.every((dim) => typeof dim === 'number');
  return filled(
    context,
    isKnown ? context.constant(int64(dims)) : context.op('Shape', [context.namedOutput(index)]),
    0,
  );
}
