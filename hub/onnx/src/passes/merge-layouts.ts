import { encodeAttribute, intAttribute, intsAttribute } from '../format/attributes.ts';
import { type Node, withFields } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import type { GraphEdit } from './graph-edit.ts';

/** Operators that change the shape and leave all entries in their order. */
const RESHAPING: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/**
 * Of several reshapes in a row only the last one decides: it reads what the first one reads. One that copies sizes of
 * its input, or that is relative to its shape, cannot.
 */
export function skipReshapes(edit: GraphEdit, node: Node): void {
  const [value = ''] = node.input;
  if (node.opType !== 'Reshape' || !isAbsolute(edit, node)) return;
  const before = edit.producer(value);
  if (!before || !isStandardDomain(before.domain) || !RESHAPING.has(before.opType ?? '')) return;
  edit.note(node, `went in front of ${before.name || value}`);
  edit.redirectInput(node, 0, before.input[0] ?? '');
}

function isAbsolute(edit: GraphEdit, node: Node): boolean {
  const target = edit.constant(node.input[1] ?? '');
  if (target?.type !== 'int64') return false;
  return intAttribute(node, 'allowzero', 0) === 0 && !target.data.includes(0n);
}

/** Two reshapes that end with the shape that the first began with do nothing. */
export function cancelReshapes(edit: GraphEdit, node: Node): void {
  const before = edit.producer(node.input[0] ?? '');
  const [origin = ''] = before?.input ?? [];
  if (![node, before].every((entry) => entry && isStandardDomain(entry.domain) && RESHAPING.has(entry.opType ?? ''))) {
    return;
  }
  if (isSameShape(edit, origin, node.output[0] ?? '') && edit.bypass(node, origin)) {
    edit.note(node, 'took back what another did');
  }
}

/** Whether two values have the same shape, as far as symbols tell; two unknown sizes are not the same. */
export function isSameShape(edit: GraphEdit, left: string, right: string): boolean {
  const [from, to] = [edit.types.typeOf(left).dims, edit.types.typeOf(right).dims];
  return from?.length === to?.length && (from?.every((dim, axis) => dim !== undefined && dim === to?.[axis]) ?? false);
}

/** Two transposes in a row become one. */
export function mergeTransposes(edit: GraphEdit, node: Node): void {
  const [value = ''] = node.input;
  const before = edit.producer(value);
  if (node.opType !== 'Transpose' || before?.opType !== 'Transpose' || !isStandardDomain(before.domain)) return;
  const rank = edit.types.typeOf(value).dims?.length;
  const [first, second] = [orderOf(before, rank), orderOf(node, rank)];
  if (!first || !second) return;
  const perm = second.map((axis) => first[axis] ?? 0);
  edit.note(node, `was merged with ${before.name || value}`);
  edit.replace(node, withFields(node, { input: before.input, attribute: [encodeAttribute('perm', perm)] }));
}

function orderOf(node: Node, rank: number | undefined): number[] | undefined {
  const reversed = rank === undefined ? undefined : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return intsAttribute(node, 'perm') ?? reversed;
}
