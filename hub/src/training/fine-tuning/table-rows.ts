import { RequestError } from '../../errors.ts';
import type { ModelRows } from '../../store/model-rows.ts';

/** Rows of number columns with the classes they have, as models made elsewhere learn from them. */
export interface TableRows {
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly rows: number;
  /** Shape [rows, features], row-major; NaN means missing. */
  readonly values: Float32Array;
  /** Shape [rows]: place of the true class in `classes`. */
  readonly labels: Int32Array;
}

/** @throws RequestError INVALID_INPUT when the rows have other columns, or no classes */
export function tableRows({ rows, inputs, target }: ModelRows): TableRows {
  const [input, ...others] = inputs;
  if (input?.spec.kind !== 'numbers' || others.length > 0 || !(input.values instanceof Float32Array)) {
    const got = inputs.map(({ spec }) => spec.kind).join(', ') || 'nothing';
    throw new RequestError('INVALID_INPUT', `fine-tuning: expected number columns, got ${got}`);
  }
  if (target.kind !== 'classes') {
    throw new RequestError('INVALID_INPUT', 'fine-tuning: expected classes to tell apart, got a number');
  }
  const { classes, labels } = target;
  return { features: input.spec.columns, classes, rows, values: input.values, labels };
}
