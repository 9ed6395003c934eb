import type { GraphBuilder } from '@edgeloop/onnx';
import type { InputRows } from '../../store/model-rows.ts';
import type { Preprocessing } from '../../store/recipe/preprocessing.ts';
import type { PreparedPart } from './preparation.ts';

/** What each step gets: the graph so far, in which its input is declared, and the rows that it fits to. */
export interface StepContext {
  readonly graph: GraphBuilder;
  readonly input: InputRows;
  readonly rows: number;
  readonly settings: Preprocessing;
}

/** Values that a step adds to the part `values`. */
export interface PreparedValues {
  /** Name of a float32 value, [batch, entries]. */
  readonly value: string;
  readonly entries: readonly string[];
}

/** A part that a step makes; `value` [batch, ...dims], images channel first. */
export interface StepPart {
  readonly value: string;
  readonly part: PreparedPart;
}
