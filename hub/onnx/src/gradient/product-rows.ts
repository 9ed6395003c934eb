import { float } from '../format/attributes.ts';
import type { Factor, GradientRows } from './gradient-rows.ts';

/** Attributes of a Gemm. */
export interface ProductForm {
  readonly alpha: number;
  readonly transA: number;
  readonly transB: number;
}

/** A product of two matrices by the rows of it, which are those of the first factor, or its columns with `transA`. */
export function productRows(left: Factor, right: Factor, form: ProductForm, rows: number): GradientRows {
  const { alpha, transA, transB } = form;
  return {
    ...{ rows, isDear: false, key: JSON.stringify(['product', form]) },
    sliced: [{ ...left, axis: transA }],
    shared: [right],
    build: (emit, own, shared) => emit.op('Gemm', [...own, ...shared], { alpha: float(alpha), transA, transB }),
  };
}
