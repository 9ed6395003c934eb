import type { Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';

/**
 * What a Mul or Div by one positive constant multiplies its other input by. The integers of a value stay the same then:
 * only their scale changes, and nothing is left to do.
 */
export function scaleFactor(node: Node, types: InferredTypes): number | undefined {
  if (!isStandardDomain(node.domain) || (node.opType !== 'Mul' && node.opType !== 'Div')) return undefined;
  const [left = '', right = ''] = node.input;
  const other = node.opType === 'Mul' && types.constants.has(left) ? [right, left] : [left, right];
  const [value = '', constant = ''] = other;
  const number = types.constants.has(constant) ? types.constants.get(constant) : undefined;
  if (number?.type !== 'float32' || number.data.length !== 1 || !hasSameShape(value, number.dims, types))
    return undefined;
  const entry = number.data[0] ?? 0;
  const factor = node.opType === 'Mul' ? entry : 1 / entry;
  return factor > 0 && Number.isFinite(factor) ? factor : undefined;
}

/** A constant with more dimensions than the value would give it more, too. */
function hasSameShape(value: string, dims: readonly number[], types: InferredTypes): boolean {
  const rank = types.typeOf(value).dims?.length;
  return dims.length === 0 || (rank !== undefined && dims.length <= rank);
}
