import { elementCount } from '../tensor/tensor.ts';
import type { Emitter } from './emitter.ts';

/** A gradient, or consecutive rows of one, of which any rows can be made on their own with the bits of the whole. */
export interface GradientRows {
  /** Rows that there are: the length of the first axis of what `build` makes of whole factors. */
  readonly rows: number;
  /** Factors of which only the wanted rows are needed. */
  readonly sliced: readonly SlicedFactor[];
  /** Factors that all rows need. */
  readonly shared: readonly Factor[];
  /** Adds the nodes that make rows of these factors. */
  readonly build: (emit: Emitter, sliced: readonly string[], shared: readonly string[]) => string;
  /** Whether much of the work does not become less with fewer rows. */
  readonly isDear: boolean;
  /** The same entries as values of no order, where that takes less memory. */
  readonly parts?: RowParts;
  /** The same for gradients whose nodes would be the same. */
  readonly key: string;
}

/** Values that have all entries of some rows, in any order. */
export interface RowParts {
  readonly build: (emit: Emitter, sliced: readonly string[], shared: readonly string[]) => readonly string[];
  /** Most entries of a row in one of them. */
  readonly width: number;
}

/** A value of the graph that a gradient is made of. */
export interface Factor {
  readonly value: string;
  /** `undefined` where it is not known. */
  readonly shape?: FactorShape | undefined;
}

export interface SlicedFactor extends Factor {
  /** Axis that counts the gradient's rows. */
  readonly axis: number;
}

/** Shape of a value that grows with the batch. */
export interface FactorShape {
  /** For a batch of one row. */
  readonly dims: readonly number[];
  /** Axis that is as many times as long as the batch has rows. */
  readonly batchAxis: number;
}

/** How many entries the factors have for each row of the batch; `undefined` where their shapes are not known. */
export function entriesPerBatchRow({ sliced, shared }: Pick<GradientRows, 'sliced' | 'shared'>): number | undefined {
  const shapes = [...sliced, ...shared].map(({ shape }) => shape);
  if (shapes.includes(undefined)) return undefined;
  return shapes.reduce((sum, shape) => sum + elementCount(shape?.dims ?? []), 0);
}
