import type { InputGradient, RuleContext } from '../../rule-context.ts';

/**
 * Gradients of Y = A B where every row of A [..., k] meets the same matrix B [k, n], or B [1, ..., k, n].
 *
 * dB is one product over all rows: a product per matrix of A, summed afterwards, takes a fifth longer and memory for all
 * of them.
 */
export function rowProductGradient(context: RuleContext, rankA: number, rankB: number): InputGradient[] {
  const rows = (value: string, rank: number): string =>
    rank === 2 ? value : context.op('Flatten', [value], { axis: -1 });
  const shaped = (value: string, rank: number, index: number): string =>
    rank === 2 ? value : context.op('Reshape', [value, context.shapeOf(index)]);
  let dy: string | undefined;
  const dyRows = (): string => {
    dy ??= rows(context.gradient(), Math.max(rankA, rankB));
    return dy;
  };
  return [
    () => {
      const product = context.op('Gemm', [dyRows(), rows(context.input(1), rankB)], { transB: 1 });
      return shaped(product, rankA, 0);
    },
    () => {
      const product = context.op('Gemm', [rows(context.input(0), rankA), dyRows()], { transA: 1 });
      return shaped(product, rankB, 1);
    },
  ];
}
