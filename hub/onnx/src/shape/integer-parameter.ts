import { intsAttribute } from '../format/attributes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ShapeContext } from './shape-rule.ts';

/** The entries of an int64 or int32 tensor; `undefined` for any other. */
export function integersOf(tensor: Tensor | undefined): number[] | undefined {
  return tensor?.type === 'int64' || tensor?.type === 'int32' ? Array.from(tensor.data, Number) : undefined;
}

/**
 * A list of integers that was an attribute in old operator sets and is an input in newer ones.
 *
 * `undefined`: left out, or decided at run time.
 */
export function integerParameter(context: ShapeContext, attribute: string, input: number): number[] | undefined {
  return intsAttribute(context.node, attribute) ?? integersOf(context.constant(input));
}

/** Whether the node has input `index`; a left-out one has an empty name. */
export function hasInput(context: ShapeContext, index: number): boolean {
  return (context.node.input[index] ?? '') !== '';
}
