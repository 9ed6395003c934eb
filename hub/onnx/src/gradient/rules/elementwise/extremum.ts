import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { unbroadcast } from '../../unbroadcast.ts';

/** Of Min and Max: dy goes to the input that was taken, in equal shares where several are equal, as in PyTorch. */
export const extremumGradient: GradientRule = (context) => {
  const taken = new Map<number, string>();
  let share: string | undefined;
  const takenFrom = (index: number): string => taken.get(index) ?? remember(taken, index, wasTaken(context, index));
  const shareOfOne = (): string => {
    const count = context.op(
      'Sum',
      context.node.input.map((_, index) => takenFrom(index)),
    );
    return context.op('Div', [context.gradient(), count]);
  };
  return context.node.input.map((_, index) => () => {
    if (context.node.input.length === 1) return context.gradient();
    share ??= shareOfOne();
    return unbroadcast(context, context.op('Mul', [share, takenFrom(index)]), index);
  });
};

/** 1 where the input is the output, else 0. */
function wasTaken(context: RuleContext, index: number): string {
  const isTaken = context.op('Equal', [context.input(index), context.output()]);
  return context.op('Cast', [isTaken], { to: DATA_TYPE[context.floatType] });
}

function remember(taken: Map<number, string>, index: number, value: string): string {
  taken.set(index, value);
  return value;
}
