import type { AttributeValue } from '../format/attributes.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Adds nodes and constants to a graph: the forward graph, or, being a `RuleContext`, that of the gradients. */
export interface Emitter {
  op(
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes?: Readonly<Record<string, AttributeValue | undefined>>,
  ): string;
  constant(value: Tensor): string;
}
