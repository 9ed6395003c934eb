import type { Node } from '../format/messages.ts';
import type { ValueType } from '../graph/value-type.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a shape rule may look at. */
export interface ShapeContext {
  readonly node: Node;
  /** Types of the node's inputs; a left-out or unknown one is UNKNOWN_TYPE. */
  readonly inputs: readonly ValueType[];
  /** Version of the operator set that the node belongs to. */
  readonly opset: number;
  /** Value of input `index` where it is a constant of the model. */
  constant(index: number): Tensor | undefined;
}

/** Gives the types of a node's outputs, in order; missing entries are unknown. */
export type ShapeRule = (context: ShapeContext) => ValueType[];

/** The type of a value of which nothing is known. */
export const UNKNOWN_TYPE: ValueType = { type: undefined, dims: undefined };

/** Type of an input, UNKNOWN_TYPE where the node has no such input. */
export function inputType(context: ShapeContext, index: number): ValueType {
  return context.inputs[index] ?? UNKNOWN_TYPE;
}

/** Axis counted from the front. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
