import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';
import type { InferredTypes } from '../shape/infer-types.ts';

/** Operators that cost too much to be left out, and that have no formula here. */
const HEAVY = new Set(['ConvTranspose', 'LSTM', 'GRU', 'RNN', 'Einsum', 'Attention', 'Scan', 'Loop', 'If']);

/**
 * Multiplications with addition of one run of a node; sizes that are symbols count as 1.
 *
 * 0 for operators that do no products, `undefined` where the cost cannot be told.
 */
export function multiplyAdds(node: Node, types: InferredTypes): number | undefined {
  const dims = (value: string | undefined) => types.typeOf(value ?? '').dims;
  const [left, right] = [dims(node.input[0]), dims(node.input[1])];
  switch (node.opType) {
    case 'Gemm':
    case 'MatMul':
    case 'MatMulInteger': {
      const inner = node.opType === 'Gemm' ? left?.[1 - intAttribute(node, 'transA', 0)] : left?.at(-1);
      return times(volume(dims(node.output[0])), inner === undefined ? undefined : volume([inner]));
    }
    case 'Conv':
    case 'ConvInteger':
      // Weights [out, in / group, kernel...]: each entry of the output takes one filter's worth of products.
      return times(volume(dims(node.output[0])), volume(right?.slice(1)));
    default:
      return HEAVY.has(node.opType ?? '') ? undefined : 0;
  }
}

function volume(dims: readonly Dim[] | undefined): number | undefined {
  return dims?.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
}

function times(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left * right;
}
