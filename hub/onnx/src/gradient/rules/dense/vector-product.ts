import { int64 } from '../../../tensor/tensor.ts';
import type { InputGradient, RuleContext } from '../../rule-context.ts';

/** Gradients of Y = A B where A, B or both have one dimension, as numpy.matmul has it. */
export function vectorProductGradient(context: RuleContext, rankA: number, rankB: number): InputGradient[] {
  if (rankB > 1) return vectorTimesMatrices(context, rankB);
  return rankA > 1 ? matricesTimesVector(context, rankA) : innerProduct(context);
}

/** y = a . b */
function innerProduct(context: RuleContext): InputGradient[] {
  return [
    () => context.op('Mul', [context.gradient(), context.input(1)]),
    () => context.op('Mul', [context.gradient(), context.input(0)]),
  ];
}

/** Y [...] = A [..., k] b [k] */
function matricesTimesVector(context: RuleContext, rankA: number): InputGradient[] {
  return [
    () => context.op('Mul', [unsqueezed(context, context.gradient(), -1), context.input(1)]),
    () => {
      if (rankA === 2) return context.op('MatMul', [context.gradient(), context.input(0)]);
      const dy = context.op('Reshape', [context.gradient(), context.constant(int64([-1]))]);
      return context.op('MatMul', [dy, context.op('Flatten', [context.input(0)], { axis: -1 })]);
    },
  ];
}

/** Y [..., n] = a [k] B [..., k, n] */
function vectorTimesMatrices(context: RuleContext, rankB: number): InputGradient[] {
  return [
    () => {
      if (rankB === 2) return context.op('MatMul', [context.input(1), context.gradient()]);
      const perMatrix = context.op('MatMul', [context.input(1), unsqueezed(context, context.gradient(), -1)]);
      const axes = Array.from({ length: rankB }, (_, axis) => axis).filter((axis) => axis !== rankB - 2);
      return context.op('ReduceSum', [perMatrix, context.constant(int64(axes))], { keepdims: 0 });
    },
    () => {
      const column = unsqueezed(context, context.input(0), 1);
      return context.op('Mul', [column, unsqueezed(context, context.gradient(), -2)]);
    },
  ];
}

function unsqueezed(context: RuleContext, value: string, axis: number): string {
  return context.op('Unsqueeze', [value, context.constant(int64([axis]))]);
}
