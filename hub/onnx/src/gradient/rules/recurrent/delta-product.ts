import type { GradientRows } from '../../gradient-rows.ts';
import { productRows } from '../../product-rows.ts';

/** Deltas of all steps, [time * batch, row], times what they met, [time * batch, width]: [row, width]. */
export interface DeltaProduct {
  readonly delta: string;
  readonly rows: number;
  readonly values: string;
  /** `undefined` where it is not known. */
  readonly width: number | undefined;
}

/** @param time steps; `undefined` where that is not known */
export function deltaRows(time: number | undefined, { delta, rows, values, width }: DeltaProduct): GradientRows {
  const [left, right] = [rows, width].map((size) => {
    return time === undefined || size === undefined ? undefined : { dims: [time, size], batchAxis: 0 };
  });
  const form = { alpha: 1, transA: 1, transB: 0 };
  return productRows({ value: delta, shape: left }, { value: values, shape: right }, form, rows);
}
