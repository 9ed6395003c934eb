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
  let source = value;
  for (let before = reshaping(edit, source); before; before = reshaping(edit, source)) source = before.input[0] ?? '';
  if (source === value) return;
  edit.note(node, `went in front of the reshapes behind ${source}`);
  edit.redirectInput(node, 0, source);
}

/** The node that writes a value, where it only gives another shape to what it reads. */
function reshaping(edit: GraphEdit, value: string): Node | undefined {
  const producer = edit.producer(value);
  const isPlain = isStandardDomain(producer?.domain) && RESHAPING.has(producer?.opType ?? '');
  return isPlain ? producer : undefined;
}

function isAbsolute(edit: GraphEdit, node: Node): boolean {
  const target = edit.constant(node.input[1] ?? '');
  if (target?.type !== 'int64') return false;
  return intAttribute(node, 'allowzero', 0) === 0 && !target.data.includes(0n);
}

/** Two reshapes that end with the shape that the first began with do nothing. */
export function cancelReshapes(edit: GraphEdit, node: Node): void {
  const [value = ''] = node.input;
  const [output = ''] = node.output;
  const origin = reshaping(edit, value)?.input[0] ?? '';
  if (origin === '' || reshaping(edit, output) !== node || !isSameShape(edit, origin, output)) return;
  if (edit.bypass(node, origin)) edit.note(node, 'took back what another did');
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
  if (!first || !second || second.length === 0) return;
  const perm = second.map((axis) => first[axis] ?? 0);
  edit.note(node, `was merged with ${before.name || value}`);
  edit.replace(node, withFields(node, { input: before.input, attribute: [encodeAttribute('perm', perm)] }));
}

function orderOf(node: Node, rank: number | undefined): number[] | undefined {
  const reversed = rank === undefined ? undefined : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return intsAttribute(node, 'perm') ?? reversed;
}
