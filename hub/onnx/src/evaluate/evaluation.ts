import type { Node } from '../format/messages.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

/** What an evaluator sees of a node: the values of its inputs and its attributes. */
export interface Evaluation {
  readonly node: Node;
  /** Values of the inputs; `undefined` for one that the node leaves out. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Version of the operator set that the node belongs to. */
  readonly opset: number;
  /** Results with more entries than this are not computed. */
  readonly maxEntries: number;
}

/**
 * Computes the outputs of a node; `undefined` where it cannot: an unsupported type or form, inputs that do not fit, or
 * a result that is too large. Gives what ONNX Runtime gives, to the last bit except for Exp, Log, Pow, Tanh, Sigmoid and
 * float sums, which may differ in the last place.
 */
export type Evaluator = (evaluation: Evaluation) => readonly Tensor[] | undefined;

/** Whether a result of these dimensions may be computed. */
export function fits(dims: readonly number[], { maxEntries }: Evaluation): boolean {
  return dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0) && elementCount(dims) <= maxEntries;
}

/** The entries of an input that must be integers; `undefined` where it is missing or something else. */
export function integersOf({ inputs }: Evaluation, index: number): number[] | undefined {
  const value = inputs[index];
  return value?.type === 'int64' || value?.type === 'int32' ? Array.from(value.data, Number) : undefined;
}

/** Whether the node has an input at `index`. */
export function hasInput({ node }: Evaluation, index: number): boolean {
  return (node.input[index] ?? '') !== '';
}

/** The axis counted from the front; `undefined` outside of the rank. */
export function axisOf(axis: number, rank: number): number | undefined {
  const positive = axis < 0 ? axis + rank : axis;
  return positive >= 0 && positive < rank ? positive : undefined;
}
